"""Options that several verbs take, each said once: its names, what it accepts, how a shell completes it."""

import inspect
import re
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from lambdas.common.datasets import DATASETS, Mode


def known(dataset: str | None) -> str | None:
    """The dataset, if there is such a one. Raises typer.BadParameter."""
    if dataset is not None and dataset not in DATASETS:
        raise typer.BadParameter(f"unknown dataset {dataset!r}; there are {', '.join(DATASETS)}")
    return dataset


def datasets(begun: str) -> list[str]:
    """The datasets that a shell may complete `begun` to."""
    return [name for name in DATASETS if name.startswith(begun)]


def run_name(given: str) -> str:
    """The name of a run, or its beginning. Raises typer.BadParameter for what can be neither."""
    if not re.fullmatch(r"[\w-]+", given, re.ASCII):
        raise typer.BadParameter(f"{given!r} is no name of a run; `tmdb status` names the last ones")
    return given


def _modes(begun: str) -> list[str]:
    return [mode.value for mode in Mode if mode.value.startswith(begun)]


def _one_of(*words: str) -> Callable[[str | None], str | None]:
    """A callback that takes one of these. Raises typer.BadParameter."""

    def check(given: str | None) -> str | None:
        if given is not None and given not in words:
            raise typer.BadParameter(f"{given!r} is none of {', '.join(words)}")
        return given

    return check


_NAMES = ("--dataset", "--type")

Dataset = Annotated[str, typer.Option(*_NAMES, help="movie, tv, person, ...", callback=known, autocompletion=datasets)]
OnlyDataset = Annotated[
    str | None, typer.Option(*_NAMES, help="only of this dataset", callback=known, autocompletion=datasets)
]

# of a harvest
ModeOption = Annotated[
    str, typer.Option("--mode", help="export, sync, pages or ids", callback=_one_of(*Mode), autocompletion=_modes)
]
Select = Annotated[
    str | None, typer.Option(help="of an export: due, new or all", callback=_one_of("due", "new", "all"))
]
Date = Annotated[str | None, typer.Option(help="of an export: the day of its file, 2026-11-19")]
Limit = Annotated[int | None, typer.Option(help="at most so many ids, or pages")]
MinPopularity = Annotated[float | None, typer.Option(help="of an export: leave out what is less popular")]
IncludeAdult = Annotated[bool, typer.Option("--include-adult", help="adult titles too")]
Since = Annotated[str | None, typer.Option(help="of a sync: the first day, instead of the watermark's")]
Until = Annotated[str | None, typer.Option(help="of a sync: the last day")]
Ids = Annotated[str | None, typer.Option(help="of mode ids: 550,551")]

DryRun = Annotated[bool, typer.Option("--dry-run", help="change nothing, and say what would be")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="do not ask")]


def taking(**made: Callable[..., Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a verb take the options from which an argument of it is made, in place of that argument.

    `@taking(event=event_of)` gives a verb the parameters of `event_of`, and its `event` is what `event_of` returns.
    """

    def decorate(verb: Callable[..., None]) -> Callable[..., None]:
        groups = {name: inspect.signature(make).parameters for name, make in made.items()}
        own = [item for item in inspect.signature(verb).parameters.values() if item.name not in made]
        parameters = [item for group in groups.values() for item in group.values()] + own

        @wraps(verb)
        def run(**given: Any) -> None:
            ready = {name: make(**{item: given.pop(item) for item in groups[name]}) for name, make in made.items()}
            verb(**ready, **given)

        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # that is how it is told
        run.__annotations__ = {item.name: item.annotation for item in parameters}
        return run

    return decorate
