"""Settings of a stage: defaults, overrides, and the sentence for each mistake."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lambdas.common.datasets import DATASETS, Mode
from stacks.feeds import default_feeds
from stacks.schedule import runs_a_month
from stacks.settings import BunnyZone, Settings
from tests.infra.stacks import context


def load(stage: dict[str, Any] | None = None, environ: dict[str, str] | None = None, **given: Any) -> Settings:
    """Settings of a stage `prod` with this content."""
    values = {"stages": {"prod": stage or {}}} | given
    return Settings.load(values.get, environ or {})


def feeds(settings: Settings) -> list[tuple[str, str, str]]:
    """Dataset, mode and schedule of each feed."""
    return [(feed.dataset, feed.mode.value, feed.schedule.expression_string) for feed in settings.feeds]


def test_defaults_mirror_movies_shows_and_people_to_s3() -> None:
    """With nothing set: an export a day after TMDB's files are there, a sync every 6 hours, never two at a minute."""
    settings = load()
    assert settings.edge is None
    assert feeds(settings) == [
        ("movie", "export", "cron(30 8 * * ? *)"),
        ("movie", "sync", "cron(0 0/6 * * ? *)"),
        ("tv", "export", "cron(40 8 * * ? *)"),
        ("tv", "sync", "cron(10 0/6 * * ? *)"),
        ("person", "export", "cron(50 8 * * ? *)"),
        ("person", "sync", "cron(20 0/6 * * ? *)"),
    ]
    budget = settings.budget
    assert (budget.requests_per_second, budget.harvest, budget.connections, settings.collectors) == (34, 2, 20, 2)


def test_every_stage_of_cdk_json_loads() -> None:
    """What is committed is valid; a stage is chosen by -c stage=."""
    for stage in context()["stages"]:
        assert Settings.load(context(stage=stage).get, {}).stage == stage


def test_a_stage_declares_its_feeds() -> None:
    """A feed in cdk.json has the fields of a Feed."""
    declared = {"dataset": "keyword", "mode": "export", "schedule": "rate(7 days)", "select": "new", "limit": 10}
    (feed,) = load({"feeds": [declared]}).feeds
    assert (feed.dataset, feed.mode, feed.select, feed.limit) == ("keyword", Mode.EXPORT, "new", 10)
    assert feed.schedule.expression_string == "rate(7 days)"


def test_all_is_every_dataset_in_each_of_its_modes() -> None:
    """A stage whose harvests people start has a feed of whatever there is, also of what is declared after today."""
    expected = {(name, mode, "rate(365 days)") for name, item in DATASETS.items() for mode in item.modes - {Mode.IDS}}
    assert set(feeds(load({"feeds": "all"}))) == set(feeds(load(feeds="all"))) == expected


def test_default_schedules_are_in_time_and_apart() -> None:
    """Wherever a dataset stands among the others, EventBridge takes its schedules, and no two start together."""
    every = [feed.schedule.expression_string for name in DATASETS if name != "imdb" for feed in default_feeds(name)]
    assert len(set(every)) == len(every)
    assert all(runs_a_month(expression, datetime(2026, 1, 1, tzinfo=UTC)) in (30, 120) for expression in every)


def test_the_command_line_overrides_a_stage() -> None:
    """-c gives text: JSON where the setting is not text."""
    settings = load(
        {"collectors": 3}, collectors="4", edge='{"zone": "mirror"}', bunny_url="http://127.0.0.1:1", harvest="1"
    )
    assert (settings.collectors, settings.edge, settings.harvest) == (4, BunnyZone(zone="mirror"), 1.0)


def test_media_types_choose_the_datasets() -> None:
    """MEDIA_TYPES keeps a stage's own feeds of the datasets it names and gives the others the default ones."""
    own = {"dataset": "movie", "mode": "export", "schedule": "rate(2 days)"}
    settings = load({"feeds": [own]}, {"MEDIA_TYPES": "movie, keyword"})
    assert feeds(settings) == [("movie", "export", "rate(2 days)"), ("keyword", "export", "cron(20 9 * * ? *)")]


def test_collection_interval_is_that_of_syncs() -> None:
    """COLLECTION_INTERVAL is in minutes and leaves the exports alone."""
    settings = load(environ={"MEDIA_TYPES": "tv", "COLLECTION_INTERVAL": "1440"})
    assert feeds(settings) == [("tv", "export", "cron(40 8 * * ? *)"), ("tv", "sync", "rate(1 day)")]


def test_the_other_variables_are_settings() -> None:
    """COLLECTOR_CONCURRENCY and RATE_LIMIT_REQUESTS override the stage, and -c overrides them."""
    environ = {"COLLECTOR_CONCURRENCY": "5", "RATE_LIMIT_REQUESTS": "3"}
    settings = load({"collectors": 2}, environ)
    assert (settings.collectors, settings.requests_per_second) == (5, 3.0)
    assert load(environ=environ, collectors="6").collectors == 6


@pytest.mark.parametrize(
    ("stage", "sentence"),
    [
        ({"region": "de"}, "unknown setting 'region' in stage prod; there are edge, "),
        ({"edge": "gcs"}, 'edge must be "s3", or'),
        ({"edge": {"zone": "a", "key": "b"}}, 'edge must be "s3", or'),
        ({"edge": {"zone": 5}}, "edge.zone must be str, not 5"),
        ({"bunny_url": "http://127.0.0.1:1"}, "bunny_url is of no use to the edge s3"),
        ({"edge_url": "mirror.example.org"}, "edge_url 'mirror.example.org' is not an http or https URL"),
        ({"tmdb_api_url": ""}, "tmdb_api_url '' is not an http"),
        ({"collectors": "two"}, "collectors must be int, not 'two'"),
        ({"collectors": True}, "collectors must be int, not True"),
        ({"reserved_concurrency": "yes"}, "reserved_concurrency must be bool or int, not 'yes'"),
        ({"alarm_email": "nobody"}, "alarm_email 'nobody' is not an email address"),
        ({"alarm_chat": "irc"}, "alarm_chat 'irc' must be slack or teams or discord"),
        ({"refresh_after_days": 170}, "refresh_after_days 170 must be 30 to 155"),
        ({"gold": "spark"}, "gold 'spark' must be duckdb or athena"),
        ({"crawler": True, "lake": False}, "a crawler needs a lake"),
        ({"data": "burn"}, "data 'burn' must be keep or delete"),
        ({"target": "mainframe"}, "target 'mainframe' must be aws or host"),
        ({"outage_delay": 901}, "outage_delay 901 must be 0 to 900 seconds"),
        ({"collector_memory": 64}, "collector_memory 64 must be 128 to 10240 MB"),
        ({"feeds": {"dataset": "movie"}}, "feeds must be a list of objects"),
        ({"feeds": [{"dataset": "movie", "mode": "export"}]}, "has no schedule"),
        ({"feeds": [{"dataset": "movie", "mode": "export", "schedule": "daily"}]}, "which is not rate"),
        ({"feeds": [{"dataset": "movie", "mode": "push", "schedule": "rate(1 day)"}]}, "unknown mode 'push'"),
        (
            {"feeds": [{"dataset": "movie", "mode": "sync", "schedule": "rate(1 day)", "ids": []}]},
            "unknown key 'ids' in feed",
        ),
        (
            {"feeds": [{"dataset": "movie", "mode": "export", "schedule": "rate(1 day)", "limit": "9"}]},
            "limit must be int",
        ),
        ({"feeds": [{"dataset": "film", "mode": "export", "schedule": "rate(1 day)"}]}, "unknown dataset 'film'"),
    ],
)
def test_a_mistake_in_a_stage_is_refused(stage: dict[str, Any], sentence: str) -> None:
    """Each mistake is named before anything is synthesised."""
    with pytest.raises(ValueError, match=sentence):
        load(stage)


@pytest.mark.parametrize("schedule", ["rate(1 days)", "rate(0 hours)", "cron(0 8 * * * *)", "cron(0 8 ? * ? *)"])
def test_a_schedule_that_eventbridge_would_refuse_is_refused(schedule: str) -> None:
    """Before a deployment comes to it, and is rolled back."""
    with pytest.raises(ValueError, match="as EventBridge has it"):
        load({"feeds": [{"dataset": "movie", "mode": "export", "schedule": schedule}]})


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"MEDIA_TYPES": "movies"}, "unknown dataset 'movies'; there are movie, tv"),
        ({"COLLECTION_INTERVAL": "hourly"}, "COLLECTION_INTERVAL 'hourly' is not a number of minutes"),
        ({"COLLECTION_INTERVAL": "0"}, "COLLECTION_INTERVAL '0' is not a number of minutes"),
        ({"COLLECTOR_CONCURRENCY": "many"}, "collectors 'many' is not JSON"),
    ],
)
def test_a_mistake_in_the_environment_is_refused(environ: dict[str, str], sentence: str) -> None:
    """Variables are held to the same rules."""
    with pytest.raises(ValueError, match=sentence):
        load(environ=environ)


def test_an_unknown_stage_is_refused() -> None:
    """The stages that exist are named."""
    with pytest.raises(ValueError, match=r"no stage 'dev' in its context\.stages, only prod"):
        Settings.load({"stages": {"prod": {}}, "stage": "dev"}.get, {})


def test_a_stage_name_fits_into_stack_names() -> None:
    """Stage names become part of stack names."""
    with pytest.raises(ValueError, match="stage 'Dev 1' must be"):
        Settings.load({"stages": {"Dev 1": {}}, "stage": "Dev 1"}.get, {})
