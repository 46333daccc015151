"""The checkout: where it is, and the context that cdk.json and the operator's own stages.json make together."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.errors import Failure

# What knows the stacks starts Node, which takes seconds: verbs, and --help, must not wait for it.
if TYPE_CHECKING:
    from stacks.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
OWN_FILE = ROOT / "stages.json"
"""What `tmdb init` writes and git does not keep."""


def stage_settings(stage: str) -> "Settings":
    """The settings that a deploy of `stage` would have. Raises Failure with the sentence that it would stop with."""
    from stacks.settings import Settings

    try:
        return Settings.load(project_context(stage).get)
    except ValueError as error:
        raise Failure(str(error)) from error


def project_context(stage: str) -> dict[str, Any]:
    """The context of a synthesis of `stage`. Raises ValueError when stages.json is none."""
    from stacks.context import OWN, own_stages

    context: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
    return context | {"stage": stage, OWN: own_stages(OWN_FILE)}
