"""docs/cli.md and the shell's completion say what the command is."""

import os
import subprocess
import sys

import pytest
import typer

from cli import docs
from cli.main import app
from tests.unit.cli.shell import ROOT


def test_the_page_is_current() -> None:
    """docs/cli.md is what `make docs` would write."""
    assert docs.PAGE.read_text() == docs.page()


def test_every_verb_shows_how_it_is_called() -> None:
    """Each has an example in its help, and a line of help for each option."""
    for name, verb in docs._verbs("tmdb", typer.main.get_command(app)):
        assert any(f"{line.strip()} ".startswith(f"{name} ") for line in verb.help.splitlines()), name
        assert all(option.help for option in verb.params if option.param_type_name == "option"), name


@pytest.mark.parametrize(
    ("shell", "typed", "offered"),
    [
        ("bash", ["tmdb", "rec"], "reconcile"),
        ("bash", ["tmdb", "trigger", "--dataset", "movie_pop"], "movie_popular"),
        ("zsh", ["tmdb", "dlq", "re"], "redrive"),
    ],
)
def test_shells_complete(shell: str, typed: list[str], offered: str) -> None:
    """Bash and zsh are told verbs, and the values of options."""
    asked = {"_TMDB_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": " ".join(typed)}
    asked |= {"COMP_WORDS": " ".join(typed), "COMP_CWORD": str(len(typed) - 1)}
    answer = subprocess.run(
        [sys.executable, "-m", "cli"], cwd=ROOT, env=os.environ | asked, capture_output=True, text=True, check=False
    )
    assert offered in answer.stdout, answer.stderr
