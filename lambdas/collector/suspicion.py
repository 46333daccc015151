"""What is not believed, because it looks like a fault of TMDB's or ours: the line stops, and nothing is settled by it.

More than half a batch dead for one reason; more than a hundred ids and 1% of a run gone; ids gone while TMDB denies a
witness, too, or before there is one. What a person has accepted of a run is believed.
"""

from collections import Counter
from collections.abc import Mapping

from lambdas.collector.batch import Outcomes
from lambdas.collector.witness import Witnesses, denial
from lambdas.common.datasets import DATASETS, Dataset
from lambdas.common.errors import Retry, StopTheLine, Throttled
from lambdas.common.state import State
from lambdas.common.tmdb import Tmdb
from lambdas.common.work import WorkItem

SUSPICIOUS_DEAD = 10
"""Over half a batch dead for one reason stops the line, from this many ids on."""
SUSPICIOUS_GONE = 100
"""More than this many ids and 1% of a run gone stops the line; ids that left TMDB's list are expected to be, and those
of another database never were TMDB's."""
SUSPICIOUS_UNSEEN = 10
"""So many gone ids of a message stop the line where TMDB has shown no title of the dataset that could be a witness."""


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
    if outcomes.titles and not dataset.found_by:
        witnesses[dataset.name] = next(reversed(outcomes.titles))
    if outcomes.gone and (denied := await _denial(dataset, outcomes, tmdb, witnesses, deadline)):
        return denied
    if run and not dataset.found_by:
        gone = run.gone + len(outcomes.gone) - run.leavers
        if gone > SUSPICIOUS_GONE and gone * 100 > run.harvested > 0:
            return StopTheLine(f"{gone} of the {run.harvested} ids of {item.run} would be gone")
        if dataset.export and dataset.name not in witnesses and min(gone, len(outcomes.gone)) >= SUSPICIOUS_UNSEEN:
            return StopTheLine(f"{len(outcomes.gone)} ids would be gone, and TMDB has shown no {dataset.name} yet")
    return None


async def _denial(
    dataset: Dataset, outcomes: Outcomes, tmdb: Tmdb, witnesses: Witnesses, deadline: float
) -> StopTheLine | None:
    """What TMDB says of a witness that it denies. Without an answer what is gone is left: that is an outage."""
    try:
        told = await denial(dataset, witnesses, tmdb=tmdb, deadline=deadline)
    except StopTheLine as error:
        return error
    except Retry as error:
        outcomes.left = sorted([*outcomes.left, *outcomes.gone])
        outcomes.gone = []
        if not isinstance(error, Throttled):  # that is lack of time
            outcomes.outage = str(error)
        return None
    return StopTheLine(told) if told else None
