"""What `tmdb destroy` does with the stacks of a stage.

Taking down keeps the data: storage and catalog stay, and the next deploy goes on with them. `--data delete` deletes
them too. Either is asked first. Cut off, it is run again: what is gone already is passed over.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from cli.deploy import OUTPUTS, cdk
from cli.project import stage_settings
from cli.stage import Stage, stacks_of

_HOLDING = ("Catalog", "Storage")
"""Stacks that hold data, in the order in which they can go."""
_HOLDERS = ("Role", "User", "Group")
"""Whom IAM attaches policies to."""


def destroy(stage: Stage, *, delete_data: bool, yes: bool = False) -> str | None:
    """Delete the stacks, those that hold data only if `delete_data`; says what stays, or None if nobody confirmed."""
    stage_settings(stage.name)  # or a Failure, before anything is synthesised
    there = [stack["StackName"] for stack in stacks_of(stage.client("cloudformation"), stage.name)]
    holding = [name for kind in _HOLDING if (name := f"Tmdb-{stage.name}-{kind}") in there]
    going = [name for name in there if name not in holding]
    stays = "nothing" if delete_data else f"the data of {' and '.join(holding)}, with which the next deploy goes on"
    attached = [*_attached(stage)]
    if not (yes or _confirmed(stage.name, holding if delete_data else [], stays, {name for *_, name in attached})):
        return None
    for policy, kind, name in attached:  # or IAM keeps the policy, and CloudFormation the stack
        getattr(stage.client("iam"), f"detach_{kind.lower()}_policy")(**{f"{kind}Name": name, "PolicyArn": policy})
    with tempfile.TemporaryDirectory() as assembly:
        _take_down(stage, going, holding, assembly, delete_data=delete_data)
    return stays


def _take_down(stage: Stage, going: list[str], holding: list[str], assembly: str, *, delete_data: bool) -> None:
    """With one synthesis for all, which takes most of the time."""
    data = ("--context", "data=delete") if delete_data else ()
    synthesised = holding if delete_data else holding[-1:]  # what is only deleted needs no code
    cdk("synth", stage.name, *synthesised, "--exclusively", "--quiet", "--output", assembly, *data)
    app = ("--app", assembly)
    if going:
        cdk("destroy", stage.name, *going, "--force", *app)
    for stack in holding if delete_data else ():
        # Only a deploy changes what CloudFormation does with what a stack holds when it is deleted.
        cdk("deploy", stage.name, stack, "--exclusively", "--outputs-file", str(OUTPUTS), *app)
        _let_go(stage, json.loads(OUTPUTS.read_text())[stack])
        cdk("destroy", stage.name, stack, "--force", *app)


def _let_go(stage: Stage, outputs: dict[str, str]) -> None:
    """A cluster is protected, and a bucket must be empty."""
    if "CatalogCluster" in outputs:
        stage.client("rds").modify_db_cluster(
            DBClusterIdentifier=outputs["CatalogCluster"], DeletionProtection=False, ApplyImmediately=True
        )
    for bucket in (outputs[name] for name in ("EdgeBucket", "LakeBucket") if name in outputs):
        print(f"Emptying {bucket}: half an hour for millions of objects.", file=sys.stderr)
        _empty(stage, bucket)


def _confirmed(stage: str, emptied: list[str], stays: str, holders: set[str]) -> bool:
    data = f", and every object, row and secret of {' and '.join(emptied)}, for good" if emptied else ""
    lines = [
        f"What goes of stage {stage}: schedules, queues with what waits in them, functions, alarms{data}.",
        f"What stays: {stays}.",
        *([f"Its policies are detached first from {', '.join(sorted(holders))}."] if holders else ()),
        f"Type {stage} to go on: ",
    ]
    print(*lines, sep="\n", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip() == stage


def _attached(stage: Stage) -> Iterator[tuple[str, str, str]]:
    """The stage's policies and whom each is attached to: ARN, kind and name."""
    for policy in (stage.outputs[name] for name in ("ReaderPolicy", "OperatorPolicy") if name in stage.outputs):
        pages: list[dict[str, Any]] = (
            stage.client("iam").get_paginator("list_entities_for_policy").paginate(PolicyArn=policy)
        )
        for page in pages:
            for kind in _HOLDERS:
                yield from ((policy, kind, found[f"{kind}Name"]) for found in page[f"Policy{kind}s"])


def _empty(stage: Stage, bucket: str) -> None:
    pages = stage.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    for page in pages:
        objects = [{"Key": found["Key"]} for found in page.get("Contents", ())]
        if objects:
            stage.client("s3").delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
