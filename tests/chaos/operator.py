"""An operator at a shell, as if the `tmdb` command were a function."""

from typing import Any

from typer.testing import CliRunner

from cli.main import app


def handler(event: list[str], _: Any) -> str:
    """Run the command with these arguments; gives what it prints. Raises what it fails with."""
    done = CliRunner().invoke(app, event)
    if done.exception:
        raise done.exception
    return done.output
