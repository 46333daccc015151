"""The redrive of dead ids against the deployed stacks, by two operators, one of them killed; `make drill` does more."""

import pytest

from local.catalogue.samples import SamplesCatalogue
from local.drill import drill
from tests.system.world import World

pytestmark = pytest.mark.parametrize("samples", ["made-up samples"], indirect=True, scope="session")

ABSENT = range(900_001, 900_041)
"""Ids that TMDB does not have: fewer gone than would stop the line."""


def test_no_dead_id_is_lost_on_its_way_back(operated: World) -> None:
    """Sent by two commands at once, one of them killed, and once more: each id has a receipt, and no letter is left."""
    assert operated.settings.samples
    served = SamplesCatalogue(operated.settings.samples).served(0)
    there = {int(key.split("/")[1]) for key in served if key.startswith("movie/")}
    done = drill(operated.deployment, sorted({*there, *ABSENT}), folder=operated.settings.local, visibility=5)
    assert done.holds, done
    assert (done.stored, done.gone, done.died) == (len(there), len(ABSENT), 0)
