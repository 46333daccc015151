"""Where the verbs about the lake find it: in a folder on this machine, or in the bucket of a deployed stage."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.errors import Failure, Unreachable, of_aws
from cli.stage import Stage, find_stage, local_folder, open_stage

# DuckDB and the lake's tables take half a second to import: other verbs, and --help, must not wait for them.
if TYPE_CHECKING:
    from obstore.store import ObjectStore

    from lambdas.common.lakehouse import Lakehouse

Found = tuple[list[str], Iterator[tuple[Any, ...]]]
"""Columns and rows."""

_DEFAULT = "prod"

StageOption = Annotated[
    str | None, typer.Option(help="ask the lake of this deployed stage (the default, if prod is deployed)")
]
LocalOption = Annotated[
    bool, typer.Option("--local", help="ask the lake of `make run` here (the default, if prod is not deployed)")
]
FolderOption = Annotated[Path | None, typer.Option("--lake", help="ask the lake in another folder", file_okay=False)]


@dataclass(frozen=True)
class Lake:
    """The lake in a folder, or of a stage."""

    where: Path | Stage
    why: str = ""
    """Why it was chosen, when nobody did."""

    def tell(self) -> None:
        """Say on standard error which lake has answered, to who did not choose one."""
        if self.why:
            print(f"tmdb: the answer is of {self}, as {self.why}", file=sys.stderr)

    def __str__(self) -> str:
        return f"the lake in {self.where}" if isinstance(self.where, Path) else f"the lake of stage {self.where.name}"


def choose(stage: str | None, local: bool, folder: Path | None) -> Lake:
    """The lake that options name. Raises Failure for one that is not there.

    If none does, that of stage prod where one is deployed, else that of `make run`. Where no credentials are configured
    nobody is asked whether it is; where AWS refuses them nothing is chosen, as nobody knows.
    """
    if stage is not None and (local or folder):
        raise typer.BadParameter("a lake is on this machine or deployed: not both", param_hint="--stage")
    here = local_folder() / "lake"
    if stage is not None:
        return Lake(open_stage(stage, local=False))
    if local or folder:
        folder = folder or here
        if not folder.is_dir():
            raise Failure(f"there is no lake in {folder}; make run makes one, and --stage prod asks a deployed one")
        return Lake(folder)
    if not here.is_dir():
        return Lake(open_stage(_DEFAULT, local=False), "there is none of `make run` here")
    return _deployed_or(here)


def _deployed_or(here: Path) -> Lake:
    try:
        found = find_stage(_DEFAULT, hurry=True)
    except Unreachable as error:
        return Lake(here, str(error).partition(";")[0])
    except Failure as error:
        raise Failure(f"{error}; or --local asks {Lake(here)}") from error
    if found is None:
        return Lake(here, f"stage {_DEFAULT} is not deployed")
    if "Workgroup" not in found.outputs:
        return Lake(here, f"stage {_DEFAULT} has no lake")
    return Lake(found, f"it is deployed, and --local would ask {Lake(here)}")


def store_of(where: Path | Stage) -> "ObjectStore":
    """The objects of a lake."""
    from obstore.store import LocalStore, S3Store

    if isinstance(where, Path):
        return LocalStore(where)
    if where.folder:
        return LocalStore(where.folder / "lake")
    from obstore.auth.boto3 import Boto3CredentialProvider

    where.credentials()  # or a Failure: what obstore raises without any is not botocore's error
    return S3Store(
        where.output("LakeBucket"),
        credential_provider=Boto3CredentialProvider(where.session),
        client_options={"allow_http": True},
    )


@contextmanager
def answer(where: Path | Stage, text: str) -> Iterator[Found]:
    """What a query in Trino's SQL finds, in a folder by DuckDB, in the lake of a stage by Athena. Raises Failure."""
    from lambdas.common import trino

    if isinstance(where, Path):
        with opened(store_of(where)) as lake:
            yield lake.rows(trino.parse(text))
        return
    with _on_athena(where, text) as found:
        yield found


@contextmanager
def _on_athena(stage: Stage, text: str) -> Iterator[Found]:
    from botocore.exceptions import BotoCoreError, ClientError

    from lambdas.common import trino
    from lambdas.common.athena import Athena
    from lambdas.common.clock import SystemClock
    from lambdas.common.errors import PipelineError
    from lambdas.common.lakehouse import check_tables

    try:
        query = trino.parse(text)
        check_tables(query)
        athena = Athena(
            stage.client("athena"),
            workgroup=stage.output("Workgroup"),
            database=stage.output("GlueDatabase"),
            clock=SystemClock(),
        )
        finished = asyncio.run(athena.run(trino.to_trino(query)))
        yield athena.rows(finished)
    except PipelineError as error:
        raise Failure(str(error)) from error
    except (BotoCoreError, ClientError) as error:
        raise Failure(of_aws(error)) from error
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
