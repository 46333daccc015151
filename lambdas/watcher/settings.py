"""What the watcher is told by its environment."""

from dataclasses import dataclass

from lambdas.common.settings import Settings


@dataclass(frozen=True, kw_only=True)
class WatcherSettings(Settings):
    """Written by the monitoring stack."""

    state_table: str
    mapping: str
    """Id of the event source mapping that feeds the collector."""
    feeds: str
    """Hours between the harvests of each feed, where they are longest: `movie-export=24 movie-sync=6`."""

    @property
    def hours(self) -> dict[str, float]:
        """By feed. Raises ValueError for what is no such text."""
        pairs = (item.partition("=") for item in self.feeds.split())
        return {feed: float(hours) for feed, _, hours in pairs}
