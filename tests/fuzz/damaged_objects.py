"""Edge objects that are not what was stored, each made from a random generator alone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from lambdas.common import codec
from lambdas.common.frame import pack
from tests.unit.common.bodies import BODIES, dataset_of

ANOTHER_DATASET = "another dataset"


@dataclass(frozen=True, slots=True)
class DamagedObject:
    """What is read as an object of `dataset`."""

    kind: str
    dataset: str
    blob: bytes


def damaged_object(random: Random) -> DamagedObject:
    """One of any kind; it is not the object it was made from."""
    name = random.choice(list(BODIES))
    dataset, blob = dataset_of(name), objects()[name]
    kind = random.choice(list(KINDS))
    damaged = KINDS[kind](random, blob)
    if damaged in objects().values():  # a piece was put where the same one was
        damaged = damaged[:-1]
    return DamagedObject(kind, dataset, damaged)


def foreign_object(random: Random) -> DamagedObject:
    """A whole one of another dataset."""
    name = random.choice(list(BODIES))
    others = [dataset for dataset in map(dataset_of, BODIES) if dataset != dataset_of(name)]
    return DamagedObject(ANOTHER_DATASET, random.choice(others), objects()[name])


@cache
def objects() -> dict[str, bytes]:
    """The whole objects of all made-up bodies."""
    return {name: codec.encode(dataset_of(name), body, fetched_at=1_700_000_000) for name, body in BODIES.items()}


def _cut(random: Random, blob: bytes) -> bytes:
    return blob[: random.randrange(len(blob))]


def _flipped(random: Random, blob: bytes) -> bytes:
    flipped = bytearray(blob)
    for at in random.sample(range(len(blob) * 8), random.choice([1, 1, 2, 3, 20])):
        flipped[at // 8] ^= 1 << at % 8
    return bytes(flipped)


def _overwritten(random: Random, blob: bytes) -> bytes:
    start = random.randrange(len(blob))
    end = min(len(blob), start + random.choice([1, 4, 100, 4096]))
    return blob[:start] + random.choice([bytes(end - start), random.randbytes(end - start)]) + blob[end:]


def _shifted(random: Random, blob: bytes) -> bytes:
    at, count = random.randrange(len(blob)), random.randrange(1, 10)
    return random.choice([blob[:at] + blob[at + count :], blob[:at] + random.randbytes(count) + blob[at:]])


def _followed(random: Random, blob: bytes) -> bytes:
    return blob + random.choice([b"\0", random.randbytes(9), blob])


def _spliced(random: Random, blob: bytes) -> bytes:
    other = random.choice([other for other in objects().values() if other != blob])
    at = random.randrange(1, min(len(blob), len(other)))
    return blob[:at] + other[at:]


def _around_something_else(random: Random, blob: bytes) -> bytes:
    return pack(random.choice([b"", b"{}", random.randbytes(random.randrange(1, 500)), blob]))


def _foreign(random: Random, blob: bytes) -> bytes:
    return random.choice([b"", blob[::-1], random.randbytes(random.randrange(1, 500)), bytes(len(blob))])


KINDS: dict[str, Callable[[Random, bytes], bytes]] = {
    "cut": _cut,
    "flipped bits": _flipped,
    "overwritten": _overwritten,
    "shifted": _shifted,
    "followed": _followed,
    "spliced": _spliced,
    "around something else": _around_something_else,
    "foreign bytes": _foreign,
}
