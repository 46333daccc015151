"""`tmdb sql`: one query of the lake, in Trino's SQL wherever the lake is: on Athena, or in DuckDB on this machine."""

import sys
from typing import Annotated

import typer

from cli import rows
from cli.lake import FolderOption, LocalOption, StageOption, answer, choose


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
    are; docs/lake.md tells what is in them. Who names no lake is told on standard error which one has answered: that of
    stage prod if it is deployed, else that of `make run`. So is how much Athena read, which is what it costs.
    """
    if as_csv and as_json:
        raise typer.BadParameter("give one of --csv and --json", param_hint="--csv")
    lake = choose(stage, local, folder)
    write = rows.write_csv if as_csv else rows.write_json if as_json else rows.show
    text = sys.stdin.read() if query == "-" else query
    with answer(lake.where, text) as found:
        write(*found)
    lake.tell()
