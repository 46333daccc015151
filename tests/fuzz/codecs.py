"""Surfaces of the codec: bodies of TMDB, and objects of the edge. `python -m tests.fuzz.codec` tells more of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from tests.fuzz.codec import Tally, try_body, try_object
from tests.fuzz.damaged_objects import DamagedObject, damaged_object, foreign_object
from tests.fuzz.hostile_bodies import HostileBody, hostile_body
from tests.fuzz.shorter import Case
from tests.fuzz.surface import TAKEN, Throw


def body(random: Random) -> Case:
    """A body after a line that says what it is taken for, of which kind it is, and whether it has to be refused."""
    made = hostile_body(random)
    return f"{made.dataset}|{made.kind}|{'refused' if made.refused else ''}\n".encode() + made.body


@contextmanager
def encoding() -> Iterator[Throw]:
    """The encoder, which refuses a body or keeps it whole."""

    def throw(case: Case) -> str:
        assert isinstance(case, bytes)
        head, _, content = case.partition(b"\n")
        dataset, kind, refused = head.decode().split("|")
        tally = Tally()
        try_body(HostileBody(kind, dataset, content, bool(refused)), tally)
        return kind if tally.refused else TAKEN

    yield throw


def stored(random: Random) -> Case:
    """A damaged object after a line that says what it is read as, and of which kind the damage is."""
    made = foreign_object(random) if random.randrange(10) == 0 else damaged_object(random)
    return f"{made.dataset}|{made.kind}\n".encode() + made.blob


@contextmanager
def decoding() -> Iterator[Throw]:
    """The decoder, which refuses every one."""

    def throw(case: Case) -> str:
        assert isinstance(case, bytes)
        head, _, blob = case.partition(b"\n")
        dataset, kind = head.decode().split("|")
        try_object(DamagedObject(kind, dataset, blob), Tally())
        return kind

    yield throw
