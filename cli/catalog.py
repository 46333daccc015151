"""The catalog's database, for the operator: it lets nobody in from outside, so its loader is asked."""

import datetime as dt
import json
from typing import Any

from cli.errors import Failure
from cli.stage import Stage

_PATIENCE = 330
"""Seconds: the loader has five minutes."""


def purge(stage: Stage, before: dt.datetime | None, *, dry_run: bool) -> int:
    """How many rows of all tables were, or in a dry run would be, deleted; None is the end of time. Raises Failure."""
    asked: dict[str, Any] = {"everything": True} if before is None else {"before": int(before.timestamp())}
    answer = stage.client("lambda", read_timeout=_PATIENCE, retries={"total_max_attempts": 1}).invoke(
        FunctionName=stage.output("CatalogLoaderFunction"),
        Payload=json.dumps({"purge": asked | {"dry_run": dry_run}}),
    )
    said: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise Failure(f"the catalog was not purged: {said.get('errorMessage', 'no reason given')}; run it again")
    return sum(said.values())
