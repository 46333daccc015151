"""One command at a time at what several may want to have at once, on this machine."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(path: Path, busy: Callable[[], object]) -> Iterator[None]:
    """Hold the lock of the file `path`, which ends with its holder, however that dies.

    While another has it `busy` is called, once: it raises, or it is waited. Raises OSError where there can be no file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            busy()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
