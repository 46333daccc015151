"""`tmdb sql`: one query of the lake, in Trino's SQL wherever the lake is: on Athena, or in DuckDB on this machine."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import rows
from cli.errors import Failure
from cli.lake import FolderOption, LocalOption, StageOption, choose, opened, store_of
from cli.stage import open_stage

Found = tuple[list[str], Iterator[tuple[Any, ...]]]


def sql(
    query: Annotated[str, typer.Argument(help="SELECT ..., or - to read it from standard input", show_default=False)],
    stage: StageOption = None,
    local: LocalOption = False,
    folder: FolderOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV with a header")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a row, and errors as JSON")] = False,
) -> None:
    """Ask the lake in SQL.

    tmdb sql "SELECT title, popularity FROM movie_current ORDER BY popularity DESC LIMIT 10"

    tmdb sql --csv - < stacks/queries/shows_trending.sql > trending.csv

    The SQL is Trino's, as Athena takes it, on this machine too. A name that no table has is answered with those there
    are; docs/lake.md tells what is in them. How much Athena read, which is what it costs, is told on standard error.
    """
    if as_csv and as_json:
        raise typer.BadParameter("give one of --csv and --json", param_hint="--csv")
    where = choose(stage, local, folder)
    write = rows.write_csv if as_csv else rows.write_json if as_json else rows.show
    text = sys.stdin.read() if query == "-" else query
    with _in_duckdb(where, text) if isinstance(where, Path) else _on_athena(where, text) as found:
        write(*found)


@contextmanager
def _in_duckdb(folder: Path, text: str) -> Iterator[Found]:
    from lambdas.common import trino

    with opened(store_of(folder)) as lake:
        yield lake.rows(trino.parse(text))


@contextmanager
def _on_athena(stage: str, text: str) -> Iterator[Found]:
    from botocore.exceptions import BotoCoreError, ClientError

    from lambdas.common import trino
    from lambdas.common.athena import Athena
    from lambdas.common.clock import SystemClock
    from lambdas.common.errors import PipelineError
    from lambdas.common.lakehouse import check_tables

    try:
        query = trino.parse(text)
        check_tables(query)
        made = open_stage(stage, local=False)
        athena = Athena(
            made.client("athena"),
            workgroup=made.output("Workgroup"),
            database=made.output("GlueDatabase"),
            clock=SystemClock(),
        )
        finished = asyncio.run(athena.run(trino.to_trino(query)))
        yield athena.rows(finished)
    except PipelineError as error:
        raise Failure(str(error)) from error
    except (BotoCoreError, ClientError) as error:
        raise Failure(f"Athena cannot be asked: {error}") from error
    print(f"tmdb: read {finished.scanned_bytes / 1e6:,.1f} MB", file=sys.stderr)
