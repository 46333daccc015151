"""What is not believed, because it looks like a fault of TMDB's or ours: the line stops, and nothing is settled by it.

More than half a batch dead for one reason; more than a hundred ids and 1% of a run gone; ids gone while TMDB denies a
title, too, that it had a moment ago. What a person has accepted of a run is believed.
"""

from collections import Counter
from collections.abc import Mapping

from lambdas.collector.batch import Outcomes
from lambdas.collector.fetch import fetch_title
from lambdas.common.datasets import DATASETS, Dataset
from lambdas.common.errors import GiveUp, Retry, StopTheLine
from lambdas.common.state import State
from lambdas.common.tmdb import Tmdb
from lambdas.common.work import WorkItem

SUSPICIOUS_DEAD = 10
"""Over half a batch dead for one reason stops the line, from this many ids on."""
SUSPICIOUS_GONE = 100
"""More than this many ids and 1% of a run gone stops the line; ids that left TMDB's list are expected to be, and those
of another database never were TMDB's."""

Witnesses = dict[str, int]
"""By dataset, a title that TMDB had lately: asked for again when it says that others are gone."""


async def suspicion(
    item: WorkItem,
    outcomes: Outcomes,
    dead: Mapping[int, str],
    *,
    state: State,
    tmdb: Tmdb,
    witnesses: Witnesses,
    deadline: float,
) -> StopTheLine | None:
    """Why not to believe what became of an item's ids, of which these would be `dead`; None when all looks well.

    What is gone while the witness cannot be asked moves to what is left. A title of this batch is the next witness.
    """
    dataset = DATASETS[item.dataset]
    reason, number = next(iter(Counter(dead.values()).most_common(1)), ("", 0))
    mass_death = number >= SUSPICIOUS_DEAD and 2 * number > len(item.ids)
    run = await state.run(item.run) if outcomes.gone or mass_death else None
    if run and run.accepted:
        return None
    if mass_death:
        return StopTheLine(f"{number} of {len(item.ids)} ids would be dead for one reason: {reason}")
    if outcomes.titles:
        witnesses[dataset.name] = next(reversed(outcomes.titles))
    if outcomes.gone and dataset.export:
        denied = await _denial(dataset, outcomes, tmdb, witnesses, deadline)
        if denied:
            return denied
    if run and not dataset.found_by:
        gone = run.gone + len(outcomes.gone) - run.leavers
        if gone > SUSPICIOUS_GONE and gone * 100 > run.harvested > 0:
            return StopTheLine(f"{gone} of the {run.harvested} ids of {item.run} would be gone")
    return None


async def _denial(
    dataset: Dataset, outcomes: Outcomes, tmdb: Tmdb, witnesses: Witnesses, deadline: float
) -> StopTheLine | None:
    """What TMDB says of the witness, if it is that it is gone, too. Without an answer nothing is gone yet."""
    witness = witnesses.get(dataset.name)
    try:
        if witness is None or not (await fetch_title(dataset, witness, tmdb, deadline)).gone:
            return None
    except StopTheLine as error:
        return error
    except GiveUp:
        return None  # whatever it is, it is there
    except Retry:
        outcomes.left = sorted([*outcomes.left, *outcomes.gone])
        outcomes.gone = []
        return None
    del witnesses[dataset.name]  # it may have gone indeed: when the line goes on, another one is asked for
    return StopTheLine(f"TMDB says of {dataset.name} {witness}, which it had a moment ago, that it is gone")
