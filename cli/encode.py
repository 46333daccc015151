"""`tmdb encode` and `tmdb decode`: what the collector does to a body, and back, from standard input to standard output.

So anyone can check a body of their own: what comes back is what went in, value by value, and what is left out is told.
"""

import json
import re
import sys
import time
from typing import Annotated, Any

import orjson
import typer

from cli.errors import Failure
from lambdas.common import codec
from lambdas.common.datasets import DATASETS
from lambdas.common.frame import LIMIT

_LATEST = 2**33
"""In the year 2242."""
_SEASON = re.compile(r"season/(\d+)", re.ASCII)


def encode(
    dataset: Annotated[str, typer.Option("--dataset", "--type", help="movie, tv, ..., or season or episode")],
    season: Annotated[int | None, typer.Option(help="of a tv body, encode its part season/N as a season")] = None,
    fetched_at: Annotated[
        int | None, typer.Option(help="when TMDB was asked, in Unix seconds (now)", min=0, max=_LATEST)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="notes and errors as JSON")] = False,
) -> None:
    """Turn a JSON body of TMDB's into the object at the edge.

    tmdb encode --dataset movie < body.json > movie.pb.lz4

    Fields that the schema does not know are left out, and so are a tv body's seasons, which are objects of their own;
    both are told on standard error. A value that cannot be kept as it is, is an error.
    """
    _check(dataset)
    if sys.stdout.isatty():
        raise Failure("an object is binary: send it to a file, tmdb encode --dataset movie < body.json > movie.pb.lz4")
    try:
        body = codec.parse(_read("encode", codec.LARGEST_BODY))
        kind, body, apart = _split(dataset, body, season)
        encoded = codec.convert(kind, body, fetched_at=int(time.time()) if fetched_at is None else fetched_at)
    except codec.BadBody as error:
        raise Failure(f"{error}; give it one body, as TMDB answers it") from error
    except codec.Unrepresentable as error:
        raise Failure(f"this body cannot be kept as it is, {error}; correct the value or report it") from error
    _write(encoded.blob)
    if as_json:
        notes = {"unknown": list(encoded.unknown), "apart": apart, "bytes": len(encoded.blob)}
        print(json.dumps(notes), file=sys.stderr)
        return
    if encoded.unknown:
        print(f"tmdb: left out, unknown to the schema: {', '.join(encoded.unknown)}", file=sys.stderr)
    if apart:
        note = f"left out, an object of its own each: {', '.join(apart)}; --season {apart[0].partition('/')[2]}"
        print(f"tmdb: {note} encodes one", file=sys.stderr)


def decode(
    dataset: Annotated[
        str | None, typer.Option("--dataset", "--type", help="refuse an object of another (what the object says)")
    ] = None,
    metadata: Annotated[bool, typer.Option("--metadata", help="what the object says about itself, instead")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="compact on a terminal too, and errors as JSON")] = False,
) -> None:
    """Turn an object at the edge into the JSON body it was made of.

    tmdb decode --dataset movie < movie.pb.lz4

    On a terminal the JSON is indented, in a pipe it is one line.
    """
    if dataset is not None:
        _check(dataset)
    blob = _read("decode", LIMIT)
    try:
        about = codec.metadata(blob)
        if dataset not in (None, about.dataset):
            raise Failure(
                f"the object is of dataset {about.dataset}, not {dataset}; leave --dataset away or correct it"
            )
        result: dict[str, Any] = about._asdict() if metadata else codec.decode(about.dataset, blob)
    except codec.BadBlob as error:
        raise Failure(f"{error}; fetch the object again, and see that it comes whole") from error
    except ValueError as error:  # a dataset that was not there when this was written
        raise Failure(f"{error}; a newer version of this project made the object: update") from error
    indented = sys.stdout.isatty() and not as_json
    _write(orjson.dumps(result, option=orjson.OPT_APPEND_NEWLINE | (indented and orjson.OPT_INDENT_2)))


def _check(dataset: str) -> None:
    try:
        codec.message_type(dataset)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--dataset") from error


def _read(verb: str, most: int) -> bytes:
    """Standard input, and no more of it than it takes to see that it is too long."""
    if sys.stdin is None or sys.stdin.isatty():
        given = "movie.pb.lz4" if verb == "decode" else "body.json"
        raise Failure(f"{verb} reads from standard input: tmdb {verb} --dataset movie < {given}")
    data = sys.stdin.buffer.read(most + 1)
    if len(data) > most:
        raise Failure(f"the input has more than {most} bytes; no body or object of TMDB's is that long")
    return data


def _write(data: bytes) -> None:
    """All of it to standard output, which may take less at once where it is unbuffered."""
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[sys.stdout.buffer.write(rest) :]
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Failure(f"standard output cannot be written: {error.strerror}; what is there is not whole") from error


def _split(dataset: str, body: dict[str, Any], season: int | None) -> tuple[str, dict[str, Any], list[str]]:
    """What to encode, as what, and the parts left out of it because they are stored apart, as the collector does."""
    seasons = bool(dataset in DATASETS and DATASETS[dataset].seasons)
    apart = sorted((key for key in body if seasons and _SEASON.fullmatch(key)), key=lambda key: int(key[7:]))
    if season is None:
        return dataset, {key: value for key, value in body.items() if key not in apart}, apart
    if not seasons:
        raise typer.BadParameter(f"a {dataset} has no seasons", param_hint="--season")
    part = body.get(f"season/{season}")
    if not isinstance(part, dict):
        there = f"only {', '.join(apart)}" if apart else "no season: append season/N to the call"
        raise Failure(f"the body has no object season/{season}, but {there}")
    return "season", part, []
