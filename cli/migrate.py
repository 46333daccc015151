"""Bring the catalog's database of a stage to the schema that its functions are written for.

The database lets nobody in from outside, so a function does it, through RDS's Data API; `make deploy` starts it after
the stacks, and what has been applied before is not applied again.
"""

import json
from collections.abc import Mapping
from typing import Any

MINUTES = 15
"""What the function may take: waiting for a paused database, and for an index on a large table."""


class NotMigrated(ValueError):
    """The database is as it was; says why."""


def migrate(outputs: Mapping[str, str], functions: Any) -> list[str]:
    """The names of the migrations that were missing, by a boto3 client of Lambda. Raises NotMigrated."""
    answer = functions.invoke(FunctionName=outputs["CatalogMigratorFunction"], Payload=b"{}")
    said = json.loads(answer["Payload"].read() or b"null") or {}
    if "FunctionError" in answer:
        raise NotMigrated(f"the catalog's database was not migrated: {said.get('errorMessage', 'no reason given')}")
    return [str(name) for name in said["applied"]]


def client() -> Any:
    """A client of Lambda that waits for an answer, and asks once."""
    import boto3
    from botocore.config import Config

    return boto3.client("lambda", config=Config(read_timeout=60 * MINUTES, retries={"total_max_attempts": 1}))
