"""Throws hostile input at all surfaces of the product: `make fuzz`, or `python -m tests.fuzz --inputs 1000000`.

It ends at the first case that brings out more than a refusal, and tells that case and the shortest one like it.
"""

import argparse
import sys
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.fuzz.run import planned, run
from tests.fuzz.surface import Finding, Tally, throw
from tests.fuzz.surfaces import SURFACES

_REASONS = 4
"""Shown of each surface, the most frequent ones."""


def main(arguments: list[str]) -> int:
    """Do as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    names = {surface.option: surface for surface in SURFACES}
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--surface", choices=names, help="only this one")
    parser.add_argument("--case", type=int, help="only this case of the surface: to see a finding again")
    options = parser.parse_args(arguments)
    surfaces = [names[options.surface]] if options.surface else SURFACES
    console, began = Console(), time.monotonic()
    columns = (TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        if options.case is not None:
            tallies = {surfaces[0].name: throw(surfaces[0], options.seed, options.case, 1)}
        else:
            with Progress(*columns, console=console, transient=True) as progress:
                task = progress.add_task("", total=options.inputs)

                def told(name: str, number: int) -> None:
                    progress.update(task, advance=number, description=name)

                tallies = run(options.seed, planned(options.inputs, surfaces), options.processes, told)
    except Finding as finding:
        print(finding)  # noqa: T201 - a command speaks to a person
        return 1
    _show(console, tallies)
    total = sum(tally.given for tally in tallies.values())
    refused = sum(tally.refused.total() for tally in tallies.values())
    console.print(
        f"seed {options.seed}: {total:,} inputs, {total - refused:,} taken, {refused:,} refused and counted, "
        f"no finding; {time.monotonic() - began:.0f} s",
        highlight=False,
    )
    return 0


def _show(console: Console, tallies: dict[str, Tally]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("surface", "inputs", "taken", "refused", "CPU s", "refused for"):
        table.add_column(name, justify="left" if name in ("surface", "refused for") else "right")
    for surface in SURFACES:
        if tally := tallies.get(surface.name):
            most = tally.refused.most_common(_REASONS)
            reasons = [f"{count:,} {reason}" for reason, count in most]
            if others := len(tally.refused) - len(most):
                reasons.append(
                    f"{tally.refused.total() - sum(count for _, count in most):,} for {others} other reasons"
                )
            numbers = (tally.given, tally.taken, tally.refused.total())
            table.add_row(
                surface.name, *(f"{number:,}" for number in numbers), f"{tally.seconds:.1f}", "\n".join(reasons)
            )
    console.print(table, highlight=False, markup=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
