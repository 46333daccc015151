"""The codec against bodies that no honest TMDB sends and objects that are not what was stored: a new handful each run.

`python -m tests.fuzz.codec --seed N` repeats a run that failed; `make fuzz-codec` throws the full number.
"""

import random

from tests.fuzz.codec import throw_bodies, throw_objects
from tests.fuzz.hostile_bodies import KINDS


def test_a_hostile_body_is_refused_with_a_typed_error_or_kept_whole() -> None:
    """Neither nonsense nor malice makes the codec crash, or change a value without a word."""
    tallies = throw_bodies(random.randrange(2**32), 2_000)
    assert all(tallies[kind].refused for kind in KINDS)  # not the huge ones: too few to be sure of one


def test_no_damaged_object_is_taken_for_a_whole_one() -> None:
    """Whatever happens to an object at rest or on its way is noticed when it is read."""
    tallies = throw_objects(random.randrange(2**32), 500)
    assert all(tally.cases == tally.refused for tally in tallies.values())
