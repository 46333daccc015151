"""From a case that fails to the shortest one that still fails in the same way."""

from collections.abc import Callable

from tests.simulation.shrink import minimal

Case = bytes | str | tuple[str, ...]
"""What is thrown at a surface: bytes, a text, or the words of a command."""

MOST_TRIES = 1_000


def shortest(case: Case, fails: Callable[[Case], bool], most: int = MOST_TRIES) -> Case:
    """Leave out words and characters for as long as `fails` holds."""
    if isinstance(case, bytes):
        text = shortest(case.decode("latin-1"), lambda shorter: fails(str(shorter).encode("latin-1")), most)
        return str(text).encode("latin-1")
    if isinstance(case, str):
        return "".join(minimal(list(case), lambda some: fails("".join(some)), most))
    words = tuple(minimal(list(case), lambda some: fails(tuple(some)), most))
    for at, word in enumerate(words):
        before, after = words[:at], words[at + 1 :]
        cut = minimal(list(word), lambda some: fails((*before, "".join(some), *after)), most)  # noqa: B023 - called here
        words = (*before, "".join(cut), *after)
    return words
