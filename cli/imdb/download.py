"""`tmdb download`: titles by their IMDb ids, in full, fetched from this machine with a TMDB token and no AWS."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import Failure
from cli.imdb.fetch import Download
from cli.imdb.ids import wanted
from cli.imdb.known import known as read_known
from cli.imdb.results import OUTCOMES, Printed, Results, kept, summed_up
from cli.progress import progress
from cli.stage import AsJson
from lambdas.collector.find import Pointer
from lambdas.common.clock import SystemClock
from lambdas.common.errors import StopTheLine
from lambdas.common.http import AiohttpTransport
from lambdas.common.pacer import Pacer
from lambdas.common.tmdb import Tmdb, check_token

TMDB_URL = "https://api.themoviedb.org/3"
REQUESTS_PER_SECOND = 34.0
MOST_PER_SECOND = 40.0
CONNECTIONS = 20
"""TMDB's limits are about 40 requests a second, and 20 connections."""


def download(
    titles: Annotated[list[str] | None, typer.Argument(help="tt0133093 ...", metavar="TT...")] = None,
    ids: Annotated[Path | None, typer.Option(help="a file of one id a line; - is standard input")] = None,
    out: Annotated[Path | None, typer.Option(help="the titles' file, one JSON a line (standard output)")] = None,
    results: Annotated[
        Path | None, typer.Option(help="with --out: what became of each id (results.csv beside it)")
    ] = None,
    known: Annotated[
        Path | None,
        typer.Option(help="CSV or Parquet of imdb_id,dataset,id, or a lake's folder: ids that need not be looked up"),
    ] = None,
    tmdb_url: Annotated[str, typer.Option(help="what to ask instead of TMDB")] = TMDB_URL,
    rate: Annotated[
        float, typer.Option(help="requests per second, all together", min=0.1, max=MOST_PER_SECOND)
    ] = REQUESTS_PER_SECOND,
    as_json: AsJson = False,
) -> None:
    """Fetch titles by their IMDb ids from TMDB, in full and with all reviews.

    tmdb download tt0133093 tt0944947

    tmdb download --ids ids.txt --out movies.jsonl

    TMDB_TOKEN in the environment is TMDB's API Read Access Token. With --out, the same command goes on where it was
    interrupted and asks for nothing twice; results.csv tells of each id whether it was found, not_found, ambiguous or
    failed, and as what. AWS is not needed.
    """
    numbers = wanted(titles or [], ids)
    if results and not out:
        raise typer.BadParameter("--results goes with --out", param_hint="--results")
    token = _token()
    pointers = read_known(known, numbers) if known else {}
    with _opened(out, results) as taken, progress(hidden=as_json or out is None) as bar:
        left = [id for id in numbers if id not in taken.done]
        done = partial(bar.advance, bar.add_task("downloading", total=len(left)))
        asyncio.run(_download(left, taken, pointers, tmdb_url, token, rate, done))
    _tell(taken, done=len(numbers) - len(left), as_json=as_json, listed=out is not None)


@contextmanager
def _opened(out: Path | None, results: Path | None) -> Iterator[Results]:
    if out is None:
        yield Printed(sys.stdout.buffer, sys.stderr)
        return
    with kept(out, results or out.with_name("results.csv")) as files:
        yield files


def _token() -> str:
    """Raises Failure."""
    token = os.environ.get("TMDB_TOKEN", "").strip()
    try:
        return check_token(token)
    except StopTheLine as error:
        found = "is not set" if not token else "is no API Read Access Token (the long one, not the v3 API key)"
        raise Failure(f"TMDB_TOKEN {found}: see https://www.themoviedb.org/settings/api") from error


async def _download(
    ids: list[int],
    results: Results,
    known: Mapping[int, Pointer],
    url: str,
    token: str,
    rate: float,
    done: Callable[[], None],
) -> None:
    async def given(_: bool) -> str:
        return token

    clock = SystemClock()
    transport = AiohttpTransport(connections=CONNECTIONS)
    try:
        tmdb = Tmdb(url, given, transport, Pacer(rate, clock), clock)
        await Download(tmdb=tmdb, clock=clock, results=results, known=known, width=CONNECTIONS, done=done).all(ids)
    finally:
        await transport.close()


def _tell(results: Results, *, done: int, as_json: bool, listed: bool) -> None:
    """What came of it, on standard error; titles have standard output. Raises Failure when ids failed."""
    counts = results.counts
    if as_json:
        print(json.dumps({name: counts[name] for name in OUTCOMES} | {"done_before": done}), file=sys.stderr)
    else:
        print(summed_up(counts) + (f"; {done:,} were done before" if done else ""), file=sys.stderr)
    if counts["failed"]:
        raise Failure(f"{counts['failed']:,} ids failed, each with its reason; the same command tries them again")
    missing = counts["not_found"] + counts["ambiguous"]
    if missing and not listed:
        raise Failure(f"{missing:,} of the ids are not one title at TMDB: see what is told of each")
