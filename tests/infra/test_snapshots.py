"""The templates of the stage `prod`, with a catalog, so that a change to what AWS gets is seen in review.

After a change that is meant: `python -m pytest tests/infra/test_snapshots.py --snapshot-update`.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from tests.infra.stacks import joined, synthesise


def masked(value: Any) -> Any:
    """The same with the hashes of assets blanked out, which change with every line of source."""
    if isinstance(value, dict):
        return {key: masked(part) for key, part in value.items()}
    if isinstance(value, list):
        return [masked(part) for part in value]
    return re.sub(r"\b[0-9a-f]{64}\b", "<hash>", value) if isinstance(value, str) else value


def shortened(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """A resource as it is; of a table only its name, its place and the names of its columns, and of a query its name.

    That columns have the types of the messages is told by test_athena.py, and what queries say by their files. Of the
    dashboard the titles are enough to see what it shows.
    """
    properties = resource.get("Properties", {})
    if resource["Type"] == "AWS::CloudWatch::Dashboard":
        widgets = json.loads(joined(properties["DashboardBody"]))["widgets"]
        shown = [widget["properties"].get("title") or widget["properties"]["markdown"] for widget in widgets]
        return {"Dashboard": properties["DashboardName"], "Shows": shown}
    if resource["Type"] == "AWS::Glue::Table":
        table = properties["TableInput"]
        storage = table["StorageDescriptor"]
        columns = " ".join(column["Name"] for column in (*storage["Columns"], *table.get("PartitionKeys", ())))
        return {"Table": table["Name"], "Location": joined(storage["Location"]), "Columns": columns}
    return {"Query": properties["Name"]} if resource["Type"] == "AWS::Athena::NamedQuery" else resource


@pytest.mark.parametrize("stack", ["Storage", "Pipeline", "Lake", "Catalog", "Monitoring", "Access"])
def test_template_is_as_committed(stack: str, snapshot: SnapshotAssertion) -> None:
    """Nothing about a stack changes unnoticed."""
    template = synthesise("catalog").templates[stack]
    short = {**template, "Resources": {id: shortened(resource) for id, resource in template["Resources"].items()}}
    assert masked(short) == snapshot(name=stack, extension_class=JSONSnapshotExtension)
