"""What `tmdb destroy` does with the stacks of a stage.

Taking down keeps the data: storage and catalog stay, and the next deploy goes on with them. `--data delete` deletes
them too. Either is asked first. Cut off, it is run again: what is gone already is passed over.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from cli.deploy import OUTPUTS, cdk
from cli.project import stage_settings
from cli.stage import Stage
from stacks.settings import Settings

_HOLDERS = ("Role", "User", "Group")
"""Whom IAM attaches policies to."""


def destroy(stage: Stage, *, delete_data: bool, yes: bool = False) -> bool:
    """Delete the stacks, storage and catalog with all they hold only if `delete_data`; False when nobody confirmed."""
    settings = stage_settings(stage.name)
    attached = [*_attached(stage)]
    if not (yes or _confirmed(settings, sorted({name for _, _, name in attached}), delete_data=delete_data)):
        return False
    for policy, kind, name in attached:  # or IAM keeps the policy, and CloudFormation the stack
        getattr(stage.client("iam"), f"detach_{kind.lower()}_policy")(**{f"{kind}Name": name, "PolicyArn": policy})
    going = ["Access", "Monitoring", "Lake", "Pipeline"] if settings.lake else ["Access", "Monitoring", "Pipeline"]
    cdk("destroy", stage.name, *(f"Tmdb-{stage.name}-{name}" for name in going), "--force")
    if not delete_data:
        return True
    if settings.catalog:
        outputs = _let_go(stage.name, "Catalog")
        rds = stage.client("rds")
        rds.modify_db_cluster(
            DBClusterIdentifier=outputs["CatalogCluster"], DeletionProtection=False, ApplyImmediately=True
        )
        cdk("destroy", stage.name, f"Tmdb-{stage.name}-Catalog", "--force", "--context", "data=delete")
    outputs = _let_go(stage.name, "Storage")
    for bucket in (outputs[name] for name in ("EdgeBucket", "LakeBucket") if name in outputs):
        print(f"Emptying {bucket}: half an hour for millions of objects.", file=sys.stderr)
        _empty(stage, bucket)
    cdk("destroy", stage.name, f"Tmdb-{stage.name}-Storage", "--force", "--context", "data=delete")
    return True


def kept(settings: Settings) -> str:
    """What stays when only the stacks without data go."""
    database = f", and the database in Tmdb-{settings.stage}-Catalog" if settings.catalog else ""
    stacks = f"buckets, table and secrets in Tmdb-{settings.stage}-Storage{database}"
    return f"What stays: {stacks}. The next deploy goes on with them."


def _let_go(stage: str, stack: str) -> dict[str, str]:
    """Have CloudFormation delete what a stack holds when it is deleted, which only a deploy changes; its outputs."""
    name = f"Tmdb-{stage}-{stack}"
    cdk("deploy", stage, name, "--exclusively", "--context", "data=delete", "--outputs-file", str(OUTPUTS))
    outputs: dict[str, str] = json.loads(OUTPUTS.read_text())[name]
    return outputs


def _confirmed(settings: Settings, holders: list[str], *, delete_data: bool) -> bool:
    going = "its schedules, queues with what waits in them, functions and alarms"
    also = ", and every object, the state table, the secrets and the database" if delete_data else ""
    lines = [f"This deletes of stage {settings.stage} {going}{also}."]
    lines.append("Nothing stays, and it cannot be undone." if delete_data else kept(settings))
    if holders:
        lines.append(f"Its policies are detached from {', '.join(holders)} first.")
    print(*lines, f"Type {settings.stage} to go on: ", sep="\n", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip() == settings.stage


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
