"""The templates of the stage `prod`, with a catalog, so that a change to what AWS gets is seen in review.

After a change that is meant: `python -m pytest tests/infra/test_snapshots.py --snapshot-update`.
"""

import re
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from tests.infra.stacks import synthesise


def masked(value: Any) -> Any:
    """The same with the hashes of assets blanked out, which change with every line of source."""
    if isinstance(value, dict):
        return {key: masked(part) for key, part in value.items()}
    if isinstance(value, list):
        return [masked(part) for part in value]
    return re.sub(r"\b[0-9a-f]{64}\b", "<hash>", value) if isinstance(value, str) else value


@pytest.mark.parametrize("stack", ["Storage", "Pipeline", "Catalog", "Monitoring"])
def test_template_is_as_committed(stack: str, snapshot: SnapshotAssertion) -> None:
    """Nothing about a stack changes unnoticed."""
    assert masked(synthesise("catalog").templates[stack]) == snapshot(name=stack, extension_class=JSONSnapshotExtension)
