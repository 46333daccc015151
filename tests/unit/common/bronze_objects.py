"""Objects of bronze for tests, packed as the collector packs them."""

from collections.abc import Iterable

from lambdas.common.bronze import Line, Packer


def packed(lines: Iterable[Line]) -> Packer:
    """An object with these answers, for its `content` and to be finished."""
    packer = Packer()
    for answer, body in lines:
        packer.add(answer, body)
    return packer
