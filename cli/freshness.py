"""How fresh each dataset of a stage is: as its runs tell, at any moment, and as the lake's gold told last night."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from cli.lake import opened, store_of
from cli.stage import Stage
from lambdas.common.datasets import DATASETS
from lambdas.common.metrics import percent
from lambdas.common.state import Run, State

_GOLD = "SELECT dataset, listed, missing, oldest_fetch FROM gold_freshness"


class Gold(NamedTuple):
    """What the lake has of a dataset: the percentage of the ids in TMDB's newest export, and since when."""

    coverage_percent: float | None
    oldest_fetch: dt.date | None


_UNKNOWN = Gold(None, None)


@dataclass(frozen=True)
class Freshness:
    """Of one dataset; None is what is not known."""

    changes_through: dt.date | None
    """The last day of TMDB's changes that was queued whole."""
    whole_export: dt.date | None
    """Day of TMDB's newest export of which every id is accounted for, whatever was left out of it on purpose."""
    coverage_percent: float | None
    oldest_fetch: dt.date | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {name: str(value) if isinstance(value, dt.date) else value for name, value in asdict(self).items()}


async def freshness(state: State, runs: Iterable[Run], gold: Mapping[str, Gold]) -> dict[str, Freshness]:
    """By dataset, of those of which anything is known; `runs` are all of the stage's."""
    done = {run.run for run in runs if run.done}
    changes = {name: await state.watermark(name) for name, dataset in DATASETS.items() if dataset.changes}
    exports: dict[str, dt.date] = {}
    for name, last in await state.last_exports():
        if whole := last.date if last.run in done else last.complete:
            exports[name] = max(whole, exports.get(name, whole))
    found = {name: Freshness(changes.get(name), exports.get(name), *gold.get(name, _UNKNOWN)) for name in DATASETS}
    return {name: known for name, known in found.items() if known != Freshness(None, None, *_UNKNOWN)}


def in_gold(stage: Stage) -> dict[str, Gold]:
    """By dataset, what the lake knows; nothing without a lake, or before its first night. Raises Failure.

    One small file is read where it lies: no query of Athena's, and cheap.
    """
    if "LakeBucket" not in stage.outputs:
        return {}
    from lambdas.common import trino

    with opened(store_of(stage)) as lake:
        return {
            dataset: Gold(round(percent(listed - missing, listed), 2) if listed else None, oldest and oldest.date())
            for dataset, listed, missing, oldest in lake.rows(trino.parse(_GOLD))[1]
        }
