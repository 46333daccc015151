"""The schema as a resource of CloudFormation: a deployment asks for it, waits, and fails when it cannot be had.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from lambdas.common.telemetry import logger

SCHEMA = "schema"
"""The same for ever: an update never replaces it, and so never deletes it."""
_LONGEST_REASON = 1_000
"""Of the 4,096 bytes that an answer may have."""

Put = Callable[[str, bytes], None]


def provide(request: Mapping[str, Any], migrate: Callable[[], object], put: Put) -> None:
    """Migrate as a deployment asks, and put the answer where it looks for one. Raises nothing but what `put` does.

    A stack that is deleted has nothing to undo: the schema goes with its cluster.
    """
    status, reason = "SUCCESS", ""
    if request["RequestType"] != "Delete":
        try:
            migrate()
        except Exception as error:  # noqa: BLE001 - without an answer the deployment would wait for one in vain
            logger.exception("schema.failed")
            status, reason = "FAILED", f"the catalog's database was not migrated: {error}"[:_LONGEST_REASON]
    own = {name: request[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer = {**own, "PhysicalResourceId": SCHEMA, "Status": status, "Reason": reason}
    put(request["ResponseURL"], json.dumps(answer).encode())


def put(url: str, body: bytes) -> None:
    """Put an answer to a URL that CloudFormation has signed: without a type, or the signature would not fit."""
    from urllib.request import Request, urlopen

    with urlopen(Request(url, body, {"Content-Type": ""}, method="PUT"), timeout=30):  # noqa: S310 - CloudFormation's
        pass
