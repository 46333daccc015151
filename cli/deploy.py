"""What `tmdb deploy` and `tmdb destroy` do with the stacks of a stage.

Taking down keeps the data: storage and catalog stay, and the next deploy goes on with them. `--data delete` deletes
them too, after asking.
"""

import json
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cli.cost import first_mirror, monthly
from cli.project import ROOT, stage_settings
from stacks.prices import READ_ON, REGION
from stacks.schedule import runs
from stacks.settings import Settings

OUTPUTS = ROOT / "cdk.out" / "outputs.json"


def deploy(stage: str, *, debug: bool = False) -> int:
    """Deploy all stacks, say what happens when, and what it costs."""
    settings = stage_settings(stage)
    _cdk("deploy", stage, "--all", "--outputs-file", str(OUTPUTS), *(["--verbose"] if debug else []))
    outputs = {name: value for stack in json.loads(OUTPUTS.read_text()).values() for name, value in stack.items()}
    print(report(settings, outputs, datetime.now(UTC)))
    return 0


def report(settings: Settings, outputs: Mapping[str, str], now: datetime) -> str:
    """What to know after a deploy at `now`."""
    month, first = monthly(settings, now), first_mirror(settings)
    when, feed = min(
        ((next(runs(feed.schedule.expression_string, now)), feed) for feed in settings.feeds), key=lambda item: item[0]
    )
    lines = [
        "",
        f"First run: {feed.name}, {when:%Y-%m-%d %H:%M} UTC. To start one now:",
        "    aws events put-events --entries file://samples/put-events.json",
        f"Before that, `tmdb init --stage {settings.stage}` asks for TMDB's API Read Access Token. By hand:",
        f"    {_put_secret(outputs['TokenSecret'])}",
    ]
    if "BunnyPasswordSecret" in outputs:
        lines += ["and for the storage zone's password:", f"    {_put_secret(outputs['BunnyPasswordSecret'])}"]
    if "CatalogUrl" in outputs:
        lines.append(f"Search and page: {outputs['CatalogUrl']}")
    lines += [
        f"Objects: {outputs.get('EdgeUrl', '(setting edge_url is empty)')}/movie/550.pb.lz4",
        f"The first mirror is {first.ids:,.0f} titles: {first.hours:.0f} hours and about ${first.total():.2f}, once.",
        f"After that about ${month.total():.2f} a month ({REGION}, {READ_ON}), reading aside:",
        *(f"    {name:<16}{dollars:>8.2f}" for name, dollars in sorted(month.dollars().items(), key=lambda x: -x[1])),
    ]
    unused = f"${first.total(allowances=True):.2f} and ${month.total(allowances=True):.2f}"
    lines.append(f"In an account that uses none of AWS's monthly allowances yet: {unused}.")
    return "\n".join(lines)


def destroy(stage: str, *, delete_data: bool, yes: bool = False) -> int:
    """Delete the stacks; storage and catalog with all they hold only if `delete_data`, and if a person confirms."""
    settings = stage_settings(stage)
    if delete_data and not (yes or _confirmed(stage)):
        return 1
    going = ["Access", "Monitoring", "Lake", "Pipeline"] if settings.lake else ["Access", "Monitoring", "Pipeline"]
    _cdk("destroy", stage, *(f"Tmdb-{stage}-{name}" for name in going), "--force")
    if not delete_data:
        if settings.catalog:
            print(f"The database is kept in Tmdb-{stage}-Catalog, where it sleeps unless somebody searches.")
        print(f"Buckets, table and secrets are kept in Tmdb-{stage}-Storage; the next deploy goes on with them.")
        return 0
    if settings.catalog:
        _delete_catalog(stage)
    storage = f"Tmdb-{stage}-Storage"
    # Only a deploy changes what CloudFormation does with buckets whose stack is deleted, and they must be empty then.
    _cdk("deploy", stage, storage, "--exclusively", "--context", "data=delete", "--outputs-file", str(OUTPUTS))
    outputs = json.loads(OUTPUTS.read_text())[storage]
    for bucket in (outputs[name] for name in ("EdgeBucket", "LakeBucket") if name in outputs):
        print(f"Emptying {bucket}: half an hour for millions of objects.")
        _empty(bucket)
    _cdk("destroy", stage, storage, "--force", "--context", "data=delete")
    return 0


def _delete_catalog(stage: str) -> None:
    catalog = f"Tmdb-{stage}-Catalog"
    _cdk("deploy", stage, catalog, "--exclusively", "--context", "data=delete", "--outputs-file", str(OUTPUTS))
    _unprotect(json.loads(OUTPUTS.read_text())[catalog]["CatalogCluster"])
    _cdk("destroy", stage, catalog, "--force", "--context", "data=delete")


def _cdk(command: str, stage: str, *arguments: str) -> None:
    cdk = ROOT / "node_modules" / ".bin" / "cdk"
    subprocess.run([cdk, command, *arguments, "--context", f"stage={stage}"], cwd=ROOT, check=True)


def _confirmed(stage: str) -> bool:
    print(f"This deletes every object, the state table and the secrets of stage {stage}. It cannot be undone.")
    try:
        return input(f"Type {stage} to go on: ") == stage
    except EOFError:
        return False


def _unprotect(cluster: str) -> None:
    """Let a database cluster be deleted, which its stack never does."""
    import boto3

    boto3.client("rds").modify_db_cluster(DBClusterIdentifier=cluster, DeletionProtection=False, ApplyImmediately=True)


def _empty(bucket: str) -> None:
    import boto3

    s3: Any = boto3.resource("s3")
    s3.Bucket(bucket).objects.all().delete()


def _put_secret(name: str) -> str:
    return f'read -rs S && aws secretsmanager put-secret-value --secret-id {name} --secret-string "$S"; unset S'
