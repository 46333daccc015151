"""A stage at one moment: its line, runs, rate, queues and freshness, as `tmdb status` asks for them."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cli.edge import environment
from cli.freshness import Freshness, Gold, freshness
from cli.line import mapping
from cli.stage import QUEUES, Stage
from lambdas.common.metrics import percent
from lambdas.common.state import Run, State
from lambdas.harvester.settings import HarvesterSettings

_DEPTHS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")


@dataclass(frozen=True)
class Glance:
    """What there is to see. `queues` holds (waiting, being worked on, delayed) by name; times are Unix seconds."""

    stage: str
    at: float
    line: str
    runs: list[Run]
    """The last of each dataset and mode, the newest first."""
    calls_per_second: float
    """To TMDB, by the runs under way, over their lives so far."""
    budget: float
    """Calls a second that the collectors may make; the harvester has its own part."""
    queues: Mapping[str, tuple[int, int, int]]
    freshness: Mapping[str, Freshness]

    @property
    def used_percent(self) -> float:
        """The share of the budget that is used."""
        return percent(self.calls_per_second, self.budget)

    @property
    def dead(self) -> int:
        """Ids that wait as dead letters."""
        return sum(self.queues.get("dead letters", ()))

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        rate = {"calls_per_second": self.calls_per_second, "budget": self.budget, "percent": self.used_percent}
        depths = {
            name: dict(zip(("waiting", "in_flight", "delayed"), depth, strict=True))
            for name, depth in self.queues.items()
        }
        return {
            "stage": self.stage,
            "line": self.line,
            "rate": {name: round(value, 1) for name, value in rate.items()},
            "dead": self.dead,
            "runs": [asdict(run) | {"done": run.done, "per_second": pace(run, self.at)} for run in self.runs],
            "queues": depths,
            "freshness": {name: known.to_dict() for name, known in self.freshness.items()},
        }


async def look(stage: Stage, state: State, gold: Mapping[str, Gold]) -> Glance:
    """What there is to see of the stage now; `gold` is what its lake knows, which changes once a night."""
    now, runs = time.time(), await state.runs()
    newest: dict[tuple[str, str], Run] = {}
    for run in sorted(runs, key=lambda run: run.started_at):
        newest[run.dataset, run.mode] = run
    return Glance(
        stage=stage.name,
        at=now,
        line=mapping(stage)["State"].lower(),
        runs=sorted(newest.values(), key=lambda run: -run.started_at),
        calls_per_second=sum(run.calls / _seconds(run, now) for run in runs if not run.done),
        budget=HarvesterSettings.from_env(environment(stage, "HarvesterFunction")).collect_per_second,
        queues={name: depth(stage, output) for name, output in QUEUES.items() if output in stage.outputs},
        freshness=await freshness(state, runs, gold),
    )


def depth(stage: Stage, output: str) -> tuple[int, int, int]:
    """Messages of a queue that wait, are being worked on, and are delayed, as nearly as SQS knows."""
    url = stage.output(output)
    found = stage.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=list(_DEPTHS))["Attributes"]
    waiting, working, delayed = (int(found[name]) for name in _DEPTHS)
    return waiting, working, delayed


def pace(run: Run, now: float) -> float:
    """Titles a second of a run, over its life so far."""
    return round(run.settled / _seconds(run, now), 1)


def _seconds(run: Run, now: float) -> float:
    ended = (run.last_at or now) if run.done else now
    return max(ended - run.started_at, 1.0)
