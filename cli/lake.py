"""Where the verbs about the lake find it: in a folder on this machine, or in the bucket of a deployed stage."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.errors import Failure
from cli.stage import local_folder, open_stage

# DuckDB and the lake's tables take half a second to import: other verbs, and --help, must not wait for them.
if TYPE_CHECKING:
    from obstore.store import ObjectStore

    from lambdas.common.lakehouse import Lakehouse

Found = tuple[list[str], Iterator[tuple[Any, ...]]]
"""Columns and rows."""

StageOption = Annotated[str | None, typer.Option(help="ask the lake of a deployed stage (prod)")]
LocalOption = Annotated[
    bool, typer.Option("--local", help="ask the lake of `make run` here (the default where it is there)")
]
FolderOption = Annotated[Path | None, typer.Option("--lake", help="ask the lake in another folder", file_okay=False)]


def choose(stage: str | None, local: bool, folder: Path | None) -> Path | str:
    """The folder of a lake, or the name of a stage. Raises Failure for a folder that is not there."""
    if stage is not None and (local or folder):
        raise typer.BadParameter("a lake is on this machine or deployed: not both", param_hint="--stage")
    here = local_folder() / "lake"
    if stage is not None or (not local and folder is None and not here.is_dir()):
        return stage or "prod"
    folder = folder or here
    if not folder.is_dir():
        raise Failure(f"there is no lake in {folder}; make run makes one, and --stage prod asks a deployed one")
    return folder


def store_of(where: Path | str) -> "ObjectStore":
    """The objects of a lake."""
    from obstore.store import LocalStore, S3Store

    if isinstance(where, Path):
        return LocalStore(where)
    from obstore.auth.boto3 import Boto3CredentialProvider

    stage = open_stage(where, local=False)
    stage.credentials()  # or a Failure: what obstore raises without any is not botocore's error
    return S3Store(
        stage.output("LakeBucket"),
        credential_provider=Boto3CredentialProvider(stage.session),
        client_options={"allow_http": True},
    )


@contextmanager
def answer(where: Path | str, text: str) -> Iterator[Found]:
    """What a query in Trino's SQL finds, in a folder by DuckDB, in the lake of a stage by Athena. Raises Failure."""
    from lambdas.common import trino

    if isinstance(where, Path):
        with opened(store_of(where)) as lake:
            yield lake.rows(trino.parse(text))
        return
    with _on_athena(where, text) as found:
        yield found


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


@contextmanager
def opened(store: "ObjectStore") -> Iterator["Lakehouse"]:
    """The tables of a lake. What is wrong with a question is a Failure."""
    from obstore.exceptions import BaseError

    from lambdas.common.errors import PipelineError
    from lambdas.common.lakehouse import Lakehouse

    with tempfile.TemporaryDirectory() as scratch:
        try:
            yield Lakehouse(store, scratch=scratch, memory_megabytes=2048)
        except PipelineError as error:
            raise Failure(str(error)) from error
        except BaseError as error:
            raise Failure(f"the lake cannot be read: {error}") from error
