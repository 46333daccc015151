"""docs/cli.md, written from the command itself: `python -m cli.docs`. A test sees that it is current."""

import inspect
from collections.abc import Iterator
from typing import Any

import typer

from cli.errors import __doc__ as exit_statuses
from cli.main import app
from cli.project import ROOT

PAGE = ROOT / "docs" / "cli.md"

_COMPLETION = """\
## Completion

`tmdb --install-completion` teaches bash or zsh, whichever it is called from, to complete verbs, options and datasets by
the Tab key; open a new shell then. `tmdb --show-completion` prints the same lines, for who keeps such files themselves.
Both want `tmdb` on the PATH: `export PATH="$PWD/.venv/bin:$PATH"`.
"""


def page() -> str:
    """The page as it should be."""
    command = typer.main.get_command(app)
    verbs = list(_verbs("tmdb", command))
    _, _, statuses = (exit_statuses or "").partition("\n\n")
    return "\n".join(
        [
            "# tmdb: the operator's command",
            "",
            "Generated from the command by `make docs`. `tmdb VERB --help` says the same in the shell.",
            "",
            "| verb | |",
            "| --- | --- |",
            *(f"| [{name}](#{_anchor(name)}) | {_first(verb)} |" for name, verb in verbs),
            "",
            "`--stage` names a deployed stage (prod), `--local` the world that `make serve` keeps up. `--json` gives",
            "results and errors as JSON. `--type` is `--dataset`. `--debug`, anywhere, shows an error's traceback.",
            "",
            "## Exit status",
            "",
            "```",
            statuses.strip(),
            "```",
            "",
            "A failure is one sentence on standard error: what is wrong, and what to do. Whatever was cut off, run it",
            "again: it goes on, and does nothing twice that costs money or changes results.",
            "",
            _COMPLETION,
            *(line for name, verb in verbs for line in _section(name, verb)),
        ]
    )


def _verbs(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """The verbs that do something, with their whole names."""
    for name, verb in command.commands.items():
        if verb.hidden:
            continue
        if hasattr(verb, "commands"):
            yield from _verbs(f"{path} {name}", verb)
        else:
            yield f"{path} {name}", verb


def _anchor(name: str) -> str:
    return name.replace(" ", "-")


def _first(verb: Any) -> str:
    return " ".join(_paragraphs(verb)[0].split())


def _paragraphs(verb: Any) -> list[str]:
    return inspect.cleandoc(verb.help or "").split("\n\n")


def _section(name: str, verb: Any) -> Iterator[str]:
    arguments = {_metavar(item): item for item in verb.params if item.param_type_name == "argument"}
    options = {", ".join(item.opts): item for item in verb.params if item.param_type_name == "option"}
    yield from [f"## {name}", "", "```", " ".join([name, *arguments, "[OPTIONS]"]), "```", ""]
    for paragraph in _paragraphs(verb):
        lines = paragraph.splitlines() if paragraph.startswith("tmdb ") else []
        yield from [*(f"    {line}" for line in lines), *([] if lines else [" ".join(paragraph.split())]), ""]
    if name == "tmdb init":
        yield from ["`tmdb development` is the same.", ""]
    yield from ["| | |", "| --- | --- |"]
    for names, item in (arguments | options).items():
        if item.name != "help":
            yield f"| `{names}` | {(item.help or '').replace('|', '/')}{_default(item)} |"
    yield ""


def _metavar(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _default(item: Any) -> str:
    if item.required:
        return " (needed)"
    return f" (default: {item.default})" if item.default not in (None, False, (), "") else ""


if __name__ == "__main__":
    PAGE.write_text(page())
