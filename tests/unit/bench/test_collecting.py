"""What the measured collector works with stands in for a state table and queues: it must take what they take."""

import pytest

from bench import bodies
from bench.collector import record_cpu
from bench.server import serving


@pytest.mark.parametrize("what", ["ours-bunny", "floor-bunny", "ours-s3"])
def test_every_record_is_stored(what: str) -> None:
    """A measured process, ours or the floor, stores all that it is told to and says what it cost."""
    with serving(3) as served:
        assert record_cpu(served, what, [body.id for body in bodies.mix(3)]) > 0
