"""Pieces of what may be long: `itertools.batched`, which Python has from 3.12 on."""

from collections.abc import Generator, Iterable
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Generator[tuple[T, ...]]:
    """Pieces of at most `size`, in order, made as they are asked for."""
    iterator = iter(items)
    while batch := tuple(islice(iterator, size)):
        yield batch
