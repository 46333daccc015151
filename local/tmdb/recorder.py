"""What the fake was asked, so that a test can say how polite a client was."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from local.tmdb.limits import SlidingSecond


class Recorder:
    """Counts API requests; all of them, whatever was answered."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._window = SlidingSecond()
        self.requests = 0
        self.peak_per_second = 0
        self.first: float | None = None
        self.last: float | None = None
        self.statuses: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.faults: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        """How often each path was asked for, as in `movie/550`."""
        self.exports: Counter[str] = Counter()
        """How often each export file was asked for."""

    def arrived(self, path: str) -> float:
        """Note a request and return its time."""
        now = self._clock()
        self.first = now if self.first is None else self.first
        self.last = now
        self.requests += 1
        self.asked[path] += 1
        self.peak_per_second = max(self.peak_per_second, self._window.add(now))
        return now

    def answered(self, kind: str, status: int) -> None:
        """Note the answer; `kind` is the path with its ids left out. A reset or broken answer has status 0."""
        self.statuses[kind][status] += 1

    def summary(self) -> dict[str, Any]:
        """Everything but the single paths, as JSON values."""
        statuses: Counter[int] = Counter()
        for counts in self.statuses.values():
            statuses += counts
        return {
            "requests": self.requests,
            "statuses": {str(status): count for status, count in sorted(statuses.items())},
            "by_kind": {
                kind: {str(status): count for status, count in sorted(counts.items())}
                for kind, counts in sorted(self.statuses.items())
            },
            "faults": {str(fault): count for fault, count in sorted(self.faults.items())},
            "exports": dict(sorted(self.exports.items())),
            "rate_limited": statuses[429],
            "peak_per_second": self.peak_per_second,
            "seconds": 0.0 if self.first is None or self.last is None else self.last - self.first,
        }
