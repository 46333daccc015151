"""A fake Bunny on loopback: the storage API of one zone and its pull zone, over a folder.

Run it with `python -m local.bunny`; in a test, `async with running(FakeBunny(folder)) as fake:`.
"""

from local.bunny.server import FakeBunny, running
from local.bunny.storage import Behaviour, Fault

__all__ = ["Behaviour", "FakeBunny", "Fault", "running"]
