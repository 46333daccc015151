"""The checkout: where it is, and the context that cdk.json and the operator's own stages.json make together."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OWN_FILE = ROOT / "stages.json"
"""What `tmdb init` writes and git does not keep."""


def project_context(stage: str) -> dict[str, Any]:
    """The context of a synthesis of `stage`. Raises ValueError when stages.json is none."""
    from stacks.settings import OWN, own_stages

    context: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
    return context | {"stage": stage, OWN: own_stages(OWN_FILE)}
