"""An operator at a shell, as if the `tmdb` command were a function."""

from typing import Any
from unittest import mock

from typer.testing import CliRunner

from cli import held
from cli.main import app


def handler(event: list[str], _: Any) -> str:
    """Run the command with these arguments; gives what it prints. Raises what it fails with."""
    with mock.patch.object(held, "_WAIT", 0):  # one server holds the emulator's queues
        done = CliRunner().invoke(app, event)
    if done.exception:
        raise done.exception
    return done.output
