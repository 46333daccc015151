"""Tables as people see them, with made-up data, to the last column."""

import datetime as dt
import io
from dataclasses import replace

import pytest
from rich.console import Console

from cli import verify
from cli.errors import Failure
from cli.freshness import Freshness
from cli.glance import Glance
from cli.panel import drawn
from cli.verify import Check
from lambdas.common.state import Run
from tests.unit.cli.world import FakeStage, raised, said

NOW = 1_790_000_000.0
SEEN = Glance(
    stage="prod",
    at=NOW,
    line="enabled",
    runs=[
        Run(
            run="movie-export-20260921T130000Z-00ff",
            dataset="movie",
            mode="export",
            started_at=NOW - 100,
            listed_at=NOW - 90,
            last_at=NOW,
            harvested=10_000,
            calls=3_030,
            stored=2_000,
            unchanged=990,
            gone=7,
            dead=3,
        ),
        Run(
            run="tv-sync-20260921T120000Z-00fe",
            dataset="tv",
            mode="sync",
            started_at=NOW - 3_600,
            listed_at=NOW - 3_590,
            last_at=NOW - 3_590,
            harvested=50,
            stored=50,
        ),
    ],
    calls_per_second=30.3,
    budget=32,
    queues={"work": (140, 2, 0), "dead letters": (3, 0, 0)},
    freshness={
        "movie": Freshness(None, dt.date(2026, 9, 20), 99.87, dt.date(2026, 6, 2)),
        "tv": Freshness(dt.date(2026, 9, 20), None, None, None),
    },
)

DRAWN = """\
stage prod  the line moves
rate        ━━━━━━━━━━━━━━━   30.3 of 32 calls a second, 95%
dead        3 ids: `tmdb dlq list` says why
last runs
run           started                        ids           stored  unchanged  gone  dead  per second     left
movie export  09-21 14:11  ━━━━╸             3,000/10,000   2,000        990     7     3        30.0  0:03:53
tv sync       09-21 13:13  ━━━━━━━━━━━━━━━━  50/50             50                                5.0     done
queues
queue         waiting  in flight  delayed
work              140          2        0
dead letters        3          0        0
freshness
dataset  changes through  whole export of  of it in the lake  oldest fetch
movie                          2026-09-20              99.9%    2026-06-02
tv            2026-09-20
"""


def shown(seen: Glance, width: int = 120) -> str:
    """A stage on a screen without colours."""
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(drawn(seen, width))
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"


def test_status_at_a_glance() -> None:
    """The rate and what is dead; runs with their bars, paces and what is left; queues; how fresh it is."""
    assert shown(SEEN) == DRAWN


def test_a_narrow_window_keeps_what_matters() -> None:
    """No line is wrapped, however long the names: what a terminal has no room for is left out."""
    seen = replace(SEEN, runs=[replace(SEEN.runs[0], dataset="movie_trending_week", mode="pages", accepted=True)])
    lines = shown(seen, 80).splitlines()
    assert max(len(line) for line in lines) <= 80
    assert lines[5] == "movie_trending_week pages  ━━        3,000/10,000     3        30.0  0:03:53"


def test_a_stopped_line_says_what_to_do() -> None:
    """It is the first thing to be seen."""
    stopped = replace(SEEN, line="disabled", runs=[], calls_per_second=0, queues={}, freshness={})
    head = shown(stopped).splitlines()[:3]
    assert head == [
        "stage prod  the line is disabled; mend what stopped it, then `tmdb resume`",
        "rate        idle; 32 calls a second are allowed",
        "dead        none",
    ]


def test_verify_marks_what_is_bad(dev: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each check is a line; one that is bad is repeated in the sentence that it fails with."""

    async def checks(_: object) -> list[Check]:
        return [Check("queues", True, "3 answer"), Check("token", False, "TMDB refuses it")]

    monkeypatch.setattr(verify, "_all", checks)
    assert str(raised("verify", "--stage", "dev")) == "1 of 2 checks failed, the first: token: TMDB refuses it"

    async def good(_: object) -> list[Check]:
        return [Check("queues", True, "3 answer")]

    monkeypatch.setattr(verify, "_all", good)
    assert said("verify", "--stage", "dev") == "✓  queues  3 answer\n"


def test_pausing_while_aws_is_at_it(dev: FakeStage) -> None:
    """Two operators at one switch: the second is told, and nothing is half done."""
    assert said("pause", "--stage", "dev").startswith("paused")
    assert dev.functions_client.state == "Disabled"
    dev.functions_client.state = "Updating"
    error = raised("resume", "--stage", "dev")
    assert isinstance(error, Failure) and "at this moment" in str(error)


def test_resuming_accepts_all_runs_or_none(dev: FakeStage) -> None:
    """A run that is not there stops before anything is accepted or resumed."""
    dev.functions_client.state = "Disabled"
    assert "there is no run 'x'" in str(raised("resume", "--accept", "x", "--stage", "dev"))
    assert dev.functions_client.state == "Disabled"
