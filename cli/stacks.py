"""`tmdb deploy` and `tmdb destroy`: the stacks of a stage, or the code of one of its functions alone."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.errors import Failure
from cli.options import Yes
from cli.project import stage_settings
from cli.stage import AsJson, Local, StageName, open_stage

# What knows the stacks starts Node, which takes seconds: other verbs, and --help, must not wait for it.


def deploy(
    context: typer.Context,
    only: Annotated[
        str | None, typer.Option(help="put new code into this function, and touch nothing else", metavar="FUNCTION")
    ] = None,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Put a stage on AWS: all its stacks, or with --only the code of one function, in seconds.

    tmdb deploy --stage prod

    tmdb deploy --only collector

    With --debug CDK says all that it does.
    """
    if only is None and local:
        raise typer.BadParameter("make serve deploys the local world; --local goes with --only", param_hint="--local")
    with _one_sentence():
        if only is None:
            _deploy_all(stage, debug=bool(context.obj), as_json=as_json)
            return
        opened = open_stage(stage, local=local)
        from cli.function_code import update

        updated = update(opened, only)
    if as_json:
        print(json.dumps({"function": only, "updated": updated}))
    else:
        print(f"{only}: {'runs the new code' if updated else 'had this very code already'}")


def destroy(
    data: Annotated[str, typer.Option(help="keep: buckets, table and secrets stay; delete: they go too")] = "keep",
    yes: Yes = False,
    stage: StageName = "prod",
    as_json: AsJson = False,
) -> None:
    """Take a stage down. What it has collected stays, unless told otherwise.

    tmdb destroy --stage dev

    tmdb destroy --stage dev --data delete

    It says what goes and what stays, and asks. Who has one of the stage's policies has it no more.
    """
    if data not in ("keep", "delete"):
        raise typer.BadParameter(f"{data!r} is neither keep nor delete", param_hint="--data")
    opened = open_stage(stage, local=False)
    with _one_sentence():
        from cli.destroy import destroy as destroy_stacks

        stays = destroy_stacks(opened, delete_data=data == "delete", yes=yes)
    if stays is None:
        raise Failure(f"nothing was deleted, as nobody typed {stage}; --yes does not ask")
    if as_json:
        print(json.dumps({"stage": stage, "destroyed": True, "data": data}))
    else:
        print(f"stage {stage} is taken down; what stays: {stays}")


def _deploy_all(stage: str, *, debug: bool, as_json: bool) -> None:
    from cli.deploy import deploy as deploy_stacks
    from cli.deploy import report

    outputs = deploy_stacks(stage, debug=debug)
    if as_json:
        print(json.dumps({"stage": stage, "outputs": outputs}))
    else:
        print(report(stage_settings(stage), outputs, datetime.now(UTC)))


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Turn what CDK stopped at into a Failure."""
    try:
        yield
    except subprocess.CalledProcessError as error:
        raise Failure(f"CDK stopped with status {error.returncode}: what it said is above; run it again") from error
