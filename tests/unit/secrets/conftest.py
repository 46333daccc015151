"""The collector's world, whose TMDB and edge these tests replace."""

from tests.unit.collector.conftest import world

__all__ = ["world"]
