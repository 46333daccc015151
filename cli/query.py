"""`tmdb query`: titles from the edge, read as an app reads them: many at once, with no server in between."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.errors import Failure
from cli.stage import AsJson, Local, Stage, StageName, local_folder, open_stage
from lambdas.common import codec
from lambdas.common.datasets import DATASETS
from lambdas.common.edge_keys import SUFFIX, parse_key, title_prefix
from lambdas.common.errors import PipelineError
from lambdas.common.http import AiohttpTransport, Transport

_AT_A_TIME = 20


def query(
    titles: Annotated[
        list[str] | None, typer.Argument(help="movie/550 tv/1399/season/1 ...", metavar="TITLE...")
    ] = None,
    dataset: Annotated[str | None, typer.Option("--dataset", "--type", help="with --id: movie, tv, ...")] = None,
    id: Annotated[int | None, typer.Option("--id", help="with --dataset: TMDB's id")] = None,
    url: Annotated[str | None, typer.Option(help="read this edge, without asking AWS where it is")] = None,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Read titles from the edge.

    tmdb query movie/550 tv/1399/season/1

    tmdb query --dataset movie --id 550 --json
    """
    wanted = _wanted(titles or [], dataset, id)
    folder = _folder() if local else None
    where = url or (None if folder else _edge_url(open_stage(stage, local=False)))
    found = asyncio.run(_read(wanted, folder, where))
    missing = [title for title, body in found.items() if body is None]
    if as_json:
        for body in found.values():
            if body is not None:
                print(json.dumps(body, ensure_ascii=False))
    else:
        for title, body in found.items():
            if body is not None:
                _show(title, body)
    if missing:
        raise Failure(f"not at the edge: {', '.join(missing)}; `tmdb replay {missing[0]}` fetches it")


def _wanted(titles: list[str], dataset: str | None, id: int | None) -> list[str]:
    if (dataset is None) != (id is None):
        raise typer.BadParameter("--dataset and --id go together", param_hint="--id")
    if dataset is not None and id is not None:
        if dataset not in DATASETS:
            raise typer.BadParameter(f"{dataset!r} is none of {', '.join(DATASETS)}", param_hint="--dataset")
        try:
            titles = [*titles, title_prefix(DATASETS[dataset], id)]
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--id") from error
    if not titles:
        raise typer.BadParameter("name at least one: tmdb query movie/550", param_hint="TITLE")
    for title in titles:
        try:
            parse_key(f"{title}{SUFFIX}")
        except ValueError as error:
            raise typer.BadParameter(f"{title!r} is no title; write movie/550", param_hint="TITLE") from error
    return list(dict.fromkeys(titles))


def _folder() -> Path:
    """The edge of the last `make run`, which outlives it."""
    edge = local_folder() / "edge"
    if not edge.is_dir():
        raise Failure(f"there is no edge in {edge.parent}: `make run` fills one")
    return edge


def _edge_url(stage: Stage) -> str:
    return stage.output("EdgeUrl").rstrip("/")


async def _read(titles: list[str], folder: Path | None, url: str | None) -> dict[str, dict[str, Any] | None]:
    """The body of each title, None where there is none. Raises Failure."""
    if folder:
        blobs = {title: _file(folder / f"{title}{SUFFIX}") for title in titles}
    else:
        transport = AiohttpTransport(connections=_AT_A_TIME)
        try:
            got = await asyncio.gather(*(_get(f"{url}/{title}{SUFFIX}", transport) for title in titles))
        finally:
            await transport.close()
        blobs = dict(zip(titles, got, strict=True))
    return {title: None if blob is None else _decoded(title, blob) for title, blob in blobs.items()}


def _file(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


async def _get(url: str, transport: Transport) -> bytes | None:
    try:
        answer = await transport.request("GET", url)
    except PipelineError as error:
        raise Failure(f"the edge did not answer: {error}; see that {url} can be reached") from error
    if answer.status == 200:
        return answer.body
    if answer.status in (403, 404):  # S3 behind CloudFront says 403 of what it does not have
        return None
    raise Failure(f"the edge answered {answer.status} for {url}; try again, and see its CDN's status")


def _decoded(title: str, blob: bytes) -> dict[str, Any]:
    try:
        about = codec.metadata(blob)
        return codec.decode(about.dataset, blob)
    except codec.BadBlob as error:
        raise Failure(f"the object of {title} is damaged: {error}; `tmdb replay {title}` stores it again") from error


def _show(title: str, body: dict[str, Any]) -> None:
    """The plain fields of a body, and what the others hold."""
    table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in body.items():
        if isinstance(value, list):
            table.add_row(name, f"{len(value)} of them" if value else "none")
        elif isinstance(value, dict):
            table.add_row(name, f"{{{', '.join(list(value)[:6])}}}")
        else:
            table.add_row(name, str(value))
    Console().print(table)
