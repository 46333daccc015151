"""Which request of a fake server fails, and how; what a fault does to an answer is each server's own."""

import socket
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Generic, TypeVar

from aiohttp import web

LONGEST_STREAK = 2
"""How often in a row a path may fail by probability."""

F = TypeVar("F", bound=StrEnum)


class Faults(Generic[F]):
    """Decides for one server, whose kinds of fault are `kinds`.

    `probabilities` hold for every request. Whether the nth request for a path fails depends on the seed, the path and n
    alone, so a run can be repeated, and no path fails more than twice in a row. `once` lists what happens to the next
    requests of a path, in order; `always` names the paths that never recover.
    """

    def __init__(
        self,
        kinds: type[F],
        probabilities: Mapping[F, float] | None = None,
        *,
        once: Mapping[str, Sequence[F]] | None = None,
        always: Mapping[str, F] | None = None,
        seed: str = "0",
    ) -> None:
        self._kinds = kinds
        self.probabilities = dict(probabilities or {})
        self.once = {path: list(faults) for path, faults in (once or {}).items()}
        self.always = dict(always or {})
        self._seed = seed
        self._asked: Counter[str] = Counter()
        self._streak: Counter[str] = Counter()

    def named(self, path: str) -> F | None:
        """What was said to happen to this path."""
        if path in self.always:
            return self.always[path]
        waiting = self.once.get(path)
        return waiting.pop(0) if waiting else None

    def draw(self, path: str) -> F | None:
        """What happens to this request."""
        if fault := self.named(path):
            return fault
        self._asked[path] += 1
        if self.probabilities and self._streak[path] < LONGEST_STREAK:
            left = _fraction(f"{self._seed}/{path}/{self._asked[path]}")
            for fault, probability in self.probabilities.items():
                left -= probability
                if left < 0:
                    self._streak[path] += 1
                    return fault
        self._streak.pop(path, None)
        return None

    def update(self, wanted: Mapping[str, Any]) -> None:
        """Replace `probabilities`, `once` or `always` by JSON values. Raises ValueError for another key or kind."""
        if unknown := wanted.keys() - {"probabilities", "once", "always"}:
            raise ValueError(f"faults have probabilities, once and always, not {', '.join(sorted(unknown))}")
        probabilities = {self._kinds(kind): float(share) for kind, share in wanted.get("probabilities", {}).items()}
        once = {path: [self._kinds(kind) for kind in kinds] for path, kinds in wanted.get("once", {}).items()}
        always = {path: self._kinds(kind) for path, kind in wanted.get("always", {}).items()}
        self.probabilities = probabilities if "probabilities" in wanted else self.probabilities
        self.once = once if "once" in wanted else self.once
        self.always = always if "always" in wanted else self.always


def parse_probabilities(kinds: type[F], given: Sequence[str]) -> dict[F, float]:
    """`KIND=SHARE` arguments of a command line. Raises ValueError that names a bad one."""
    shares: dict[F, float] = {}
    for argument in given:
        kind, _, share = argument.partition("=")
        if kind not in list(kinds) or not share.replace(".", "", 1).isdigit() or not 0 <= float(share) <= 1:
            raise ValueError(f"{argument!r} is not KIND=SHARE with a share of 0 to 1 and a kind of {', '.join(kinds)}")
        shares[kinds(kind)] = float(share)
    return shares


def reset(request: web.BaseRequest) -> None:
    """Close the connection so that the peer sees a reset, not an orderly end."""
    if transport := request.transport:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


def _fraction(text: str) -> float:
    """A number in [0, 1) that depends on the text alone."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / 2**64
