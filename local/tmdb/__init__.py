"""A fake TMDB on loopback: API, daily exports, changes feeds and lists, with its limits, lies and faults.

Run it with `python -m local.tmdb`; in a test, `async with running(FakeTmdb(catalogue)) as fake:`.
"""

from local.tmdb.behaviour import Access, Behaviour, RetryAfter
from local.tmdb.changes import Totals
from local.tmdb.faults import Fault
from local.tmdb.server import FakeTmdb, running

__all__ = ["Access", "Behaviour", "FakeTmdb", "Fault", "RetryAfter", "Totals", "running"]
