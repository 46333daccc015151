"""The rows that the benchmark comes to, as a table for people and as bench/results.json."""

import datetime as dt
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).with_name("results.json")
LIBRARIES = ("aiohttp", "duckdb", "isal", "lz4", "msgspec", "obstore", "orjson", "protobuf")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line: what was measured of ours and of what it is compared with, and the figure a target is set for.

    `ours` and `theirs` are in `unit`; `figure` is their ratio, or `ours` itself where there is nothing to compare with.
    """

    area: str
    what: str
    ours: float
    unit: str
    against: str = ""
    theirs: float | None = None
    figure: float
    relation: Literal["<=", ">=", ""] = ""
    target: float | None = None

    @property
    def ok(self) -> bool | None:
        """Whether the target holds; None where none is set."""
        if self.target is None:
            return None
        return self.figure <= self.target if self.relation == "<=" else self.figure >= self.target


def at_most(area: str, what: str, ours: float, unit: str, target: float | None, *, against: str, theirs: float) -> Row:
    """Ours costs at most `target` times what the other does."""
    relation: Literal["<=", ""] = "" if target is None else "<="
    return Row(
        area=area,
        what=what,
        ours=ours,
        unit=unit,
        against=against,
        theirs=theirs,
        figure=ours / theirs,
        relation=relation,
        target=target,
    )


def cheaper(area: str, what: str, ours: float, unit: str, target: float | None, *, against: str, theirs: float) -> Row:
    """The other costs at least `target` times what ours does."""
    relation: Literal[">=", ""] = "" if target is None else ">="
    return Row(
        area=area,
        what=what,
        ours=ours,
        unit=unit,
        against=against,
        theirs=theirs,
        figure=theirs / ours,
        relation=relation,
        target=target,
    )


def bound(
    area: str, what: str, ours: float, unit: str, relation: Literal["<=", ">=", ""] = "", target: float | None = None
) -> Row:
    """A figure with a limit of its own, or none."""
    return Row(area=area, what=what, ours=ours, unit=unit, figure=ours, relation=relation, target=target)


def table(rows: Sequence[Row]) -> Table:
    """The rows, an area under the other."""
    shown = Table(title="How fast")
    for name in ("area", "what", "ours", "compared with", "theirs", "figure", "target", "ok?"):
        shown.add_column(name, justify="right" if name in ("ours", "theirs", "figure", "target") else "left")
    area = ""
    for row in rows:
        if area and row.area != area:
            shown.add_section()
        shown.add_row(
            row.area if row.area != area else "",
            row.what,
            _quantity(row.ours, row.unit),
            row.against,
            "" if row.theirs is None else _quantity(row.theirs, row.unit),
            _figure(row),
            "" if row.target is None else f"{row.relation} {row.target:g}{'' if row.theirs is None else ' x'}",
            {True: "[green]yes[/]", False: "[red]NO[/]", None: ""}[row.ok],
        )
        area = row.area
    return shown


def _quantity(value: float, unit: str) -> str:
    return f"{value:,.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}"


def _figure(row: Row) -> str:
    return _quantity(row.figure, row.unit) if row.theirs is None else f"{row.figure:.2f} x"


def machine() -> dict[str, Any]:
    """Where this was measured, and with what."""
    cores = [line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")]
    return {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "processor": cores[0] if cores else platform.processor() or platform.machine(),
        "cores": len(cores),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in LIBRARIES},
    }


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def results(rows: Sequence[Row], bodies: Mapping[str, int]) -> dict[str, Any]:
    """What is written to results.json."""
    return {
        "machine": machine(),
        "bodies": dict(bodies),
        "rows": [asdict(row) | {"ok": row.ok} for row in rows],
    }


def write(rows: Sequence[Row], bodies: Mapping[str, int], path: Path = RESULTS) -> None:
    """Write results.json."""
    path.write_text(json.dumps(results(rows, bodies), indent=1) + "\n")


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    Console(width=None if Console().is_terminal else 170).print(table(rows))
