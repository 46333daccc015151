"""Made-up bodies, one file each (`<dataset>.json` or `<dataset>_<what>.json`), with the quirks of real ones."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

BODIES = {path.stem: path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.json"))}


def dataset_of(name: str) -> str:
    """Return the dataset of a made-up body."""
    return name.split("_", maxsplit=1)[0]


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Yield where a decoded body is not the one that was encoded, but for what the codec promises to forgive.

    That is null for a missing key, 7 for 7.0, and the text of a number for the number; 1 and true are not the same.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        present = {key for key, value in before.items() if value is not None}
        yield from (f"{path}.{key} is on one side only" for key in sorted(present ^ after.keys()))
        for key in sorted(present & after.keys()):
            yield from differences(before[key], after[key], f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            yield f"{path} has {len(after)} items instead of {len(before)}"
        for i, (left, right) in enumerate(zip(before, after, strict=False)):
            yield from differences(left, right, f"{path}[{i}]")
    elif not _equal(before, after):
        yield f"{path} is {after!r} instead of {before!r}"


def _equal(before: Any, after: Any) -> bool:
    if isinstance(after, int | float) and not isinstance(after, bool):
        if isinstance(before, str):
            return (Decimal(before) if isinstance(after, int) else float(before)) == after
        return type(before) in {int, float} and bool(before == after)
    return type(before) is type(after) and bool(before == after)
