"""The made-up catalogue is deterministic, realistic and of the real shape."""

import statistics
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.common import codec
from local.catalogue.ids import Ids
from local.catalogue.made_up import KINDS, MadeUpCatalogue
from local.catalogue.protocol import Body, InvalidId, Moment

DAY = date(2026, 8, 31)
AT = Moment(DAY)


@pytest.fixture(scope="module")
def catalogue() -> MadeUpCatalogue:
    """The catalogue of a plain run."""
    return MadeUpCatalogue()


def outcomes(catalogue: MadeUpCatalogue, dataset: str) -> Iterator[Body | None]:
    """The body of each exported id, None for one that is gone; invalid ones are left out."""
    for row in catalogue.listed(dataset, DAY):
        try:
            yield catalogue.body(dataset, row.id, AT)
        except InvalidId:
            continue


@cache
def bodies(catalogue: MadeUpCatalogue, dataset: str) -> list[Body]:
    """The bodies of all exported ids that have one."""
    return [body for body in outcomes(catalogue, dataset) if body]


@cache
def seasons(catalogue: MadeUpCatalogue) -> list[Body]:
    """All seasons that the titles list and that there are."""
    return [
        season
        for show in bodies(catalogue, "tv")
        for listed in show["seasons"]
        if isinstance(listed["season_number"], int)
        if (season := catalogue.season(show["id"], listed["season_number"], AT))
    ]


@given(st.integers(0, 3000), st.integers(0, 2**32), st.integers(0, 2000))
def test_ids(count: int, seed: int, days: int) -> None:
    """On each day there are as many ids as asked for, each once; `has` and `leaving` agree with the lists."""
    ids, day = Ids(count, 1, 50_000, seed), DAY - timedelta(days=days)
    today, yesterday = list(ids.on(day)), set(ids.on(day - timedelta(days=1)))
    assert len(today) == len(set(today)) == count
    assert all(0 < id < 2**31 and ids.has(id, day) for id in today)
    assert set(ids.leaving(day)) == yesterday - set(today)
    assert not any(ids.has(id, day) for id in ids.leaving(day))


@pytest.mark.parametrize("dataset", KINDS)
def test_deterministic(dataset: str, catalogue: MadeUpCatalogue) -> None:
    """The same seed makes the same world, whatever was asked before; another seed makes another."""
    again, other = MadeUpCatalogue(), MadeUpCatalogue(seed=2)
    rows = list(catalogue.listed(dataset, DAY))
    assert rows == list(again.listed(dataset, DAY)) != list(other.listed(dataset, DAY))
    for row in rows[-1:-20:-1]:
        assert catalogue.body(dataset, row.id, AT) == again.body(dataset, row.id, AT)


def test_sizes(catalogue: MadeUpCatalogue) -> None:
    """Most movies are small, a few are very large, and the mean is that of the real ones."""
    sizes = sorted(len(orjson.dumps(body)) for body in bodies(catalogue, "movie"))
    assert len(sizes) >= 990
    assert 14_000 < statistics.mean(sizes) < 20_000
    assert 4_000 < statistics.median(sizes) < 10_000
    assert 250_000 < sizes[-1] < 400_000


@pytest.mark.parametrize("dataset", KINDS)
def test_few_are_gone_or_invalid(dataset: str, catalogue: MadeUpCatalogue) -> None:
    """Some exported ids are gone, too few to be alarming; a few of movies, tv and people are invalid."""
    exported = list(catalogue.listed(dataset, DAY))
    found = list(outcomes(catalogue, dataset))
    assert 1 <= found.count(None) <= 0.01 * max(len(exported), 100)
    assert len(exported) - len(found) == (1 if dataset in {"movie", "tv", "person"} else 0)


@pytest.mark.parametrize("dataset", ["movie", "tv", "person"])
def test_adult_titles_are_apart(dataset: str, catalogue: MadeUpCatalogue) -> None:
    """Adult titles are in the adult file only, and their bodies say so."""
    adult = [row.id for row in catalogue.listed(dataset, DAY, adult=True)]
    assert adult
    assert not set(adult) & {row.id for row in catalogue.listed(dataset, DAY)}
    assert all((catalogue.body(dataset, id, AT) or {"adult": True})["adult"] is True for id in adult[:5])
    assert {body["adult"] for body in bodies(catalogue, dataset)} == {False}


def test_shows_have_all_kinds_of_seasons(catalogue: MadeUpCatalogue) -> None:
    """There are specials, gaps, years as numbers, more than 10 and more than 20 seasons, and shows without any."""
    numbers = [
        [season["season_number"] for season in show["seasons"] if season["season_number"] is not None]
        for show in bodies(catalogue, "tv")
    ]
    assert any(0 in listed for listed in numbers)
    assert any(listed and listed != list(range(listed[0], listed[0] + len(listed))) for listed in numbers)
    assert any(max(listed, default=0) > 2000 for listed in numbers)
    assert any(10 < len(listed) <= 20 for listed in numbers)
    assert any(len(listed) > 20 for listed in numbers)
    assert [] in numbers


def test_specials_are_not_counted(catalogue: MadeUpCatalogue) -> None:
    """number_of_seasons leaves season 0 out, and number_of_episodes its episodes."""
    for show in bodies(catalogue, "tv"):
        rows = show["seasons"]
        specials = sum(row["episode_count"] for row in rows if row["name"] == "Specials")
        assert show["number_of_seasons"] == sum(row["name"] != "Specials" for row in rows)
        assert show["number_of_episodes"] == sum(row["episode_count"] for row in rows) - specials


def test_seasons_belong_to_their_show(catalogue: MadeUpCatalogue) -> None:
    """A season has the id and as many episodes as its show says, each naming the show; one listed one never comes."""
    missing = 0
    for show in bodies(catalogue, "tv"):
        for listed in show["seasons"]:
            if listed["season_number"] is None:
                continue
            season = catalogue.season(show["id"], listed["season_number"], AT)
            if season is None:
                missing += 1
                continue
            assert season["id"] == listed["id"]
            assert len(season["episodes"]) == listed["episode_count"]
            assert {episode["show_id"] for episode in season["episodes"]} <= {show["id"]}
    assert missing == 1


def test_rounds_change_bodies_and_seasons(catalogue: MadeUpCatalogue) -> None:
    """What a round lists as changed differs from the round before, nothing else does; shows lose and gain seasons."""
    later, change = Moment(DAY, 1), {}
    for dataset in ("movie", "tv", "person"):
        changed = {row.id for row in catalogue.turned(dataset, 1)}
        for body in bodies(catalogue, dataset):
            after = catalogue.body(dataset, body["id"], later)
            if body["id"] not in changed:
                assert after is None or after == body
            elif after:
                assert after != body
                if dataset == "tv":
                    change[body["id"]] = len(after["seasons"]) - len(body["seasons"])
    assert {-1, 0, 1} >= set(change.values()) != {0}


def test_every_field_is_in_the_schema(catalogue: MadeUpCatalogue) -> None:
    """No made-up body has a field that the schema does not know, or a value it cannot hold."""
    for dataset in KINDS:
        for body in bodies(catalogue, dataset):
            assert codec.convert(dataset, body, fetched_at=1).unknown == ()
    for season in seasons(catalogue):
        assert codec.convert("season", season, fetched_at=1).unknown == ()


def values(bodies: list[Body], *path: str) -> list[Any]:
    """What lies at a path in all bodies; `*` is every element. A missing key gives `...`."""
    found: list[Any] = list(bodies)
    for step in path:
        found = [
            inner
            for value in found
            if value is not None and value is not ...
            for inner in (value if step == "*" else [value.get(step, ...)])
        ]
    return found


def test_quirks_of_titles(catalogue: MadeUpCatalogue) -> None:
    """Movies have the oddities of real ones: null, empty and missing, numbers of all types, texts of all scripts."""
    movies = bodies(catalogue, "movie")
    assert {type(value) for value in values(movies, "popularity")} >= {float, str}
    assert 1e-06 in values(movies, "popularity")
    assert {type(value) for value in values(movies, "vote_average")} == {int, float}
    assert max(values(movies, "revenue")) > 2**31
    assert {None, ""} < set(values(movies, "imdb_id"))
    assert {None, ""} < set(values(movies, "homepage"))
    assert "" in values(movies, "release_date")
    assert {..., True, False} >= set(values(movies, "softcore")) > {...}
    assert {None, ""} < set(values(movies, "overview"))
    assert None in values(movies, "credits", "crew", "*", "id")
    assert str in {type(value) for value in values(movies, "images", "posters", "*", "vote_average")}
    text = orjson.dumps(movies).decode()
    for odd in (
        "\u200b",
        "\u00a0",
        "\\r\\n",
        "/https://www.gravatar.com/",
        ' UTC"',
        "  ",
        "夜",
        "밤",
        "ночь",
        "ليل",
        "ฝน",
        "रात",
    ):
        assert odd in text
    assert any(title != title.strip() for title in values(movies, "title"))
    assert any(len(countries) > 100 for countries in values(movies, "watch/providers", "results"))
    assert {} in values(movies, "watch/providers", "results")


def test_quirks_of_seasons_and_people(catalogue: MadeUpCatalogue) -> None:
    """Seasons and people have theirs."""
    people, shows, parts = bodies(catalogue, "person"), bodies(catalogue, "tv"), seasons(catalogue)
    assert {"1945", None, ""} <= set(values(people, "birthday"))
    assert {None, ""} <= set(values(people, "deathday")) & set(values(people, "homepage"))
    assert {0, 1, 2, 3, None} == set(values(people, "gender"))
    assert None in values(shows, "seasons", "*", "season_number")
    assert {None, ""} <= set(values(shows, "first_air_date"))
    assert None in values(shows, "last_episode_to_air")
    assert {None, ""} <= set(values(parts, "episodes", "*", "production_code"))
    assert None in values(parts, "episodes", "*", "runtime")
    assert ... in values(parts, "networks")
    numbers = [[episode["episode_number"] for episode in season["episodes"]] for season in parts]
    assert any(listed and listed[-1] != len(listed) for listed in numbers)
