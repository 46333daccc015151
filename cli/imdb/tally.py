"""Counts each line of a list of titles once: sent, sent before, a duplicate, not selected, or rejected as no title."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cli.imdb.basics import Counts
from cli.imdb.ledger import Ids
from lambdas.harvester.event import Event


@dataclass(slots=True)
class Tally:
    """What became of the lines that were selected."""

    sent: int = 0
    known: int = 0
    """Of the sent, ids that need not be looked up."""
    before: int = 0
    """In the ledger already."""
    duplicates: int = 0

    def new(self, ids: Iterable[int], sent: Ids) -> Iterator[int]:
        """Each id once, without those that were sent before. What is given here may be added to `sent` meanwhile."""
        seen = Ids()
        for id in ids:
            if not seen.add(id):
                self.duplicates += 1
            elif id in sent:
                self.before += 1
            else:
                yield id

    def add(self, event: Event) -> None:
        """The bus took this one."""
        self.sent += len(event.ids)
        self.known += len(event.known)

    def tell(
        self, counts: Counts, *, as_json: bool, word: str = "sent", outcomes: dict[str, int] | None = None
    ) -> None:
        """Say it, on standard output; as JSON with how many ids have which outcome, where that is known."""
        others = {
            "not selected": counts.lines - counts.selected - counts.rejected,
            "sent before": self.before,
            "duplicates": self.duplicates,
            "rejected": counts.rejected,
        }
        if as_json:
            numbers = {"lines": counts.lines, word: self.sent, **others, "known": self.known}
            more = {} if outcomes is None else {"outcomes": outcomes}
            print(json.dumps({name.replace(" ", "_"): number for name, number in numbers.items()} | more))
            return
        told = ", ".join(f"{number:,} {name}" for name, number in others.items() if number)
        print(f"{word}: {self.sent:,} titles of {counts.lines:,} lines" + (f"; {told}" if told else ""))
        if self.known:
            print(f"known to the lake and not looked up: {self.known:,} of them")
