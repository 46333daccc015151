"""A slice of `make fuzz` on every change, from another seed each time, and bugs planted to see that it finds them."""

import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest

from lambdas.catalog_api import query
from lambdas.catalog_loader import handler as loader
from lambdas.catalog_loader.objects import Name
from lambdas.collector import handler as collector
from lambdas.common.errors import BadInput
from lambdas.common.work import WorkItem
from lambdas.harvester import changes, lines, report
from lambdas.lake_writer import write
from tests.fuzz.run import planned
from tests.fuzz.shorter import shortest
from tests.fuzz.surface import Finding, Surface, throw
from tests.fuzz.surfaces import SURFACES

SLICE = {"API requests": 60, "commands": 40, "bodies": 0, "objects": 0}
"""Of dear ones less; the codec has a slice of its own."""
EVERY = 300


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Powertools warns of an invocation that counts nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def surface(name: str) -> Surface:
    """The surface of this name."""
    return next(one for one in SURFACES if one.name == name)


@pytest.mark.parametrize("name", [one.name for one in SURFACES if SLICE.get(one.name, EVERY)])
def test_hostile_input_is_refused_by_name_and_counted(name: str) -> None:
    """Nothing that is thrown brings out more than a refusal, which is counted, and some is taken and some refused."""
    count = SLICE.get(name, EVERY)
    tally = throw(surface(name), random.randrange(2**32), 0, count)
    assert tally.given == count == tally.taken + tally.refused.total()
    assert tally.refused


def test_a_million_is_divided_without_a_rest() -> None:
    """Each input is planned once, and the shares are of a thousand."""
    assert sum(one.share for one in SURFACES) == 1_000
    for inputs in (1, 999, 1_000_000):
        pieces = planned(inputs)
        assert sum(piece.count for piece in pieces) == inputs
        assert len({(piece.surface, piece.first) for piece in pieces}) == len(pieces)


def test_a_case_is_the_same_on_every_machine() -> None:
    """Seed and number are all that a case depends on."""
    for one in SURFACES:
        assert one.case(7, 3) == one.case(7, 3)
    assert surface("work items").case(1, 2) != surface("work items").case(2, 2)


def test_a_finding_tells_how_to_see_it_again() -> None:
    """Surface, seed, number, the case itself and the shortest one like it."""

    @contextmanager
    def fragile() -> Iterator[Callable[[Any], str]]:
        def at(case: Any) -> str:
            if "x" in case and "y" in case:
                raise KeyError(case)
            return ""

        yield at

    made = Surface("made up", 1, lambda random: "".join(random.choices("abxy", k=40)), fragile)
    with pytest.raises(Finding) as found:
        throw(made, 5, 0, 10)
    told = str(found.value)
    assert "made up, case 0 of seed 5: KeyError" in told and "--surface made-up --seed 5 --case 0" in told
    assert told.split("shortest  ")[1].split("\n", 1)[0] in ("'xy'", "'yx'")


def test_the_shortest_case_of_each_kind() -> None:
    """Bytes lose bytes, texts characters, commands words and then characters."""
    assert shortest(b"\xff-needle-\0", lambda case: b"needle" in bytes(case)) == b"needle"  # type: ignore[arg-type]
    assert shortest(("a", "--option", "value"), lambda words: any("pt" in str(word) for word in words)) == ("pt",)


class _Lenient:
    """A reader of work items that makes one of whatever names ids."""

    @staticmethod
    def from_json(body: str) -> WorkItem:
        try:
            return WorkItem.from_json(body)
        except BadInput:
            if '"ids"' not in body:
                raise
            return WorkItem(run="movie-ids-20261115T083000Z-1a2b", dataset="movie", mode="ids", ids=(1,))  # type: ignore[arg-type]


def _any_key(body: str, bucket: str) -> Name:
    return Name(bucket, body[-40:])


PLANTED: dict[str, tuple[str, Any, str, Any]] = {
    "a work item is believed": ("work items", collector, "WorkItem", _Lenient),
    "a reject is not counted": ("work items", collector, "measure", lambda _: None),
    "any object is loaded": ("loader messages", loader, "named", _any_key),
    "any key is read": ("lake messages", write, "parse_bronze_key", lambda _: None),
    "a failure is not counted": ("harvest events", report, "measure", lambda _: None),
    "a row of changes is believed": ("changes pages", changes, "MAX_ID", 2**63),
    "lines are skipped in silence": ("export lines", lines.LineReader, "_reject", lambda *_: None),
    "a bad line ends the file": ("export lines", lines, "_BAD", ()),
    "a number is any digits": ("API queries", query, "_whole", lambda _, text, *__: int(text)),
    "a term of any length": ("API queries", query, "_term", lambda _, text: text * 9),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(bug: str) -> None:
    """A check that is loosened, an error that is not typed, a reject that is not counted: each is a finding."""
    name, where, what, value = PLANTED[bug]
    with mock.patch.object(where, what, value), pytest.raises(Finding):
        throw(surface(name), 1, 0, 2_000)
