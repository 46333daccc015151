"""Where the verbs about the lake find it: in a folder on this machine, or in the bucket of a deployed stage."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.errors import Failure
from cli.stage import open_stage

# DuckDB and the lake's tables take half a second to import: other verbs, and --help, must not wait for them.
if TYPE_CHECKING:
    from obstore.store import ObjectStore

    from lambdas.common.lakehouse import Lakehouse

FOLDER = Path(".local") / "lake"
"""Where `make run` leaves its lake."""

StageOption = Annotated[str | None, typer.Option(help="ask the lake of a deployed stage (prod)")]
LocalOption = Annotated[bool, typer.Option("--local", help=f"ask the lake in {FOLDER} (the default where it is there)")]
FolderOption = Annotated[Path | None, typer.Option("--lake", help="ask the lake in another folder", file_okay=False)]


def choose(stage: str | None, local: bool, folder: Path | None) -> Path | str:
    """The folder of a lake, or the name of a stage. Raises Failure for a folder that is not there."""
    if stage is not None and (local or folder):
        raise typer.BadParameter("a lake is on this machine or deployed: not both", param_hint="--stage")
    if stage is not None or (not local and folder is None and not FOLDER.is_dir()):
        return stage or "prod"
    folder = folder or FOLDER
    if not folder.is_dir():
        raise Failure(f"there is no lake in {folder}; make run makes one, and --stage prod asks a deployed one")
    return folder


def store_of(where: Path | str) -> "ObjectStore":
    """The objects of a lake."""
    from obstore.store import LocalStore, S3Store

    if isinstance(where, Path):
        return LocalStore(where)
    from obstore.auth.boto3 import Boto3CredentialProvider

    return S3Store(
        open_stage(where, local=False).output("LakeBucket"),
        credential_provider=Boto3CredentialProvider(),
        client_options={"allow_http": True},
    )


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
