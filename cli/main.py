"""The `tmdb` command: its verbs, and how it ends whatever happens. `make setup` puts it into .venv/bin."""

import os
import sys

import typer

from cli import dlq, failed
from cli.alerts import setup_alerts
from cli.compact import compact
from cli.encode import decode, encode
from cli.errors import UNANSWERED, tell, trace
from cli.here import collect, harvest
from cli.history import history
from cli.imdb.download import download
from cli.imdb.launch import launch, simulate
from cli.init import init
from cli.line import pause, resume
from cli.logs import logs
from cli.outcomes import outcomes
from cli.plan import plan
from cli.purge import purge
from cli.query import query
from cli.rebuild import rebuild
from cli.reconcile import reconcile
from cli.sql import sql
from cli.stacks import deploy, destroy
from cli.status import status
from cli.trigger import replay, trigger
from cli.verify import verify

app = typer.Typer(
    help="Your own copy of The Movie Database, from the shell.",
    epilog=(
        "--debug, anywhere, shows the traceback of an error. "
        "Exit status: 0 done, 1 failed, 2 called wrongly, 130 interrupted. "
        "Whatever was cut off, run it again: it goes on."
    ),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
VERBS = (
    *(init, deploy, verify, destroy),
    *(trigger, harvest, collect, plan),
    *(status, logs, setup_alerts),
    *(query, history, sql, encode, decode),
    *(replay, pause, resume, reconcile, rebuild, compact, purge),
    *(download, launch, simulate, outcomes),
)
for verb in VERBS:
    app.command()(verb)
app.command("development", hidden=True)(init)
app.add_typer(dlq.app, name="dlq")
app.add_typer(failed.app, name="failed")


def main(arguments: list[str]) -> int:
    """Run a verb; gives the exit status."""
    debug = "--debug" in arguments
    try:
        status = app(
            [word for word in arguments if word != "--debug"], prog_name="tmdb", obj=debug, standalone_mode=False
        )
        sys.stdout.flush()
    except BrokenPipeError:  # who read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (KeyboardInterrupt, typer.Abort) as error:
        if isinstance(error.__context__, EOFError):  # a question, and nobody there
            print(file=sys.stderr)
            return tell(UNANSWERED, as_json="--json" in arguments)
        return 130
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told and not raised
        return trace(error) if debug else tell(error, as_json="--json" in arguments)
    return status or 0
