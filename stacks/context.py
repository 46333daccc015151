"""What context, environment and an operator's own file give: text or JSON, and the values that it stands for."""

import json
from pathlib import Path
from typing import Any, get_args

OWN = "own_stages"
"""The context's name for what `own_stages` reads: settings of stages as in cdk.json, on top of those."""
_WORDS = ("s3", "all")
"""Values of settings that are not text, which are written as text nevertheless."""
_OWN_FILE = Path(__file__).resolve().parents[1] / "stages.json"


def own_stages(file: Path = _OWN_FILE) -> dict[str, dict[str, Any]]:
    """What an operator has set for stages of their own; nothing where there is no such file. Raises ValueError."""
    try:
        found = json.loads(file.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ValueError(f"{file.name} is not JSON: {error}; mend it, or remove it and run `tmdb init`") from error
    if not isinstance(found, dict) or not all(isinstance(settings, dict) for settings in found.values()):
        raise ValueError(f"{file.name} must hold an object of settings for each stage; `tmdb init` writes one")
    return found


def decode(name: str, kind: object, value: Any) -> Any:
    """The value of what `-c` or the environment gives: text, and JSON where the setting is not. Raises ValueError."""
    if not isinstance(value, str) or kind is str or value in _WORDS:
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError(f"{name} {value!r} is not JSON") from error


def scalar(name: str, kind: Any, value: Any) -> Any:
    """A value of one of the kinds, where a whole number may stand for a float. Raises ValueError."""
    kinds = get_args(kind) or (kind,)
    if type(value) is int and float in kinds:
        return float(value)
    if type(value) not in kinds:
        raise ValueError(f"{name} must be {' or '.join(kind.__name__ for kind in kinds)}, not {value!r}")
    return value
