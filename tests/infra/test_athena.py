"""What SQL finds of the lake: tables and views are declared, new days are there at once, and no query costs much."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlglot import exp

from lambdas.common import trino
from lambdas.common.datasets import DATASETS
from lambdas.common.gold import GOLD
from lambdas.common.once import once
from lambdas.common.tables import EXPORT_IDS, TABLES
from stacks.athena import QUERIES
from tests.infra.stacks import LAKES, Stacks, joined, synthesise

MOST_TYPE = 131_072
"""Characters that Glue takes for the type of a column."""
MOST_VIEW = 409_600
"""Characters that Glue takes for the text of a view."""
PARTS = (("silver_", ""), ("", "_current"), ("quarantine_", ""))
RECORDED = [name for name, dataset in DATASETS.items() if not dataset.found_by]
TOKENS = re.compile(r"[a-z_0-9]+|[<>,:]")
PRIMITIVES = {"boolean", "int", "bigint", "double", "string", "timestamp"}


@pytest.fixture(params=LAKES)
def stacks(request: pytest.FixtureRequest) -> Stacks:
    """The stacks of each combination with a lake."""
    return synthesise(request.param)


def told(stacks: Stacks, kind: str) -> dict[str, Mapping[str, Any]]:
    """What Glue is told of each table of a kind."""
    tables = [item["TableInput"] for item in stacks.properties("AWS::Glue::Table")]
    return {table["Name"]: table for table in tables if table["TableType"] == kind}


def tables(stacks: Stacks) -> dict[str, Mapping[str, Any]]:
    """Of each that has files."""
    return told(stacks, "EXTERNAL_TABLE")


def views(stacks: Stacks) -> dict[str, Mapping[str, Any]]:
    """Of each that is a view, which has none."""
    return told(stacks, "VIRTUAL_VIEW")


def defined(view: Mapping[str, Any]) -> dict[str, Any]:
    """What Athena reads of a view."""
    match = re.fullmatch(r"/\* Presto View: (\S+) \*/", view["ViewOriginalText"])
    assert match
    definition: dict[str, Any] = json.loads(base64.b64decode(match[1], validate=True))
    return definition


def location(table: Mapping[str, Any]) -> str:
    """Where a table's files are, with what only a deploy knows in braces."""
    return joined(table["StorageDescriptor"]["Location"])


def is_hive(text: str) -> bool:
    """Whether a type is one that Hive can read."""
    tokens = TOKENS.findall(text)
    return "".join(tokens) == text and _type(iter(tokens)) and tokens != []


def _type(tokens: Iterator[str]) -> bool:
    match next(tokens, ""):
        case "array":
            return next(tokens) == "<" and _type(tokens) and next(tokens) == ">"
        case "map":
            opened = (next(tokens), next(tokens), next(tokens)) == ("<", "string", ",")
            return opened and _type(tokens) and next(tokens) == ">"
        case "struct":
            more = next(tokens) == "<"
            while more:
                assert next(tokens) not in "<>,:" and next(tokens) == ":" and _type(tokens)
                more = (after := next(tokens)) == ","
            return after == ">"
        case primitive:
            return primitive in PRIMITIVES


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("bigint", True),
        ("array<struct<id:int,names:map<string,array<string>>>>", True),
        ("integer", False),
        ("array<varchar>", False),
        ("map<int,string>", False),
        ("STRUCT(id INTEGER)", False),
    ],
)
def test_the_test_knows_types(text: str, valid: bool) -> None:
    """What is checked below can fail."""
    assert is_hive(text) is valid


def test_every_dataset_has_its_tables(stacks: Stacks) -> None:
    """Of each dataset there are all answers, current rows, a quarantine; besides, seasons, gone ids, exports, gold."""
    of_datasets = {f"{before}{name}{after}" for name in RECORDED for before, after in PARTS}
    others = {"silver_season", "season_current", "silver_shows", "silver_gone", "export_ids"}
    assert {*tables(stacks), *views(stacks)} - {f"{name}_files" for name in views(stacks)} == (
        of_datasets | others | {f"gold_{name}" for name in GOLD}
    )
    assert {name for name, table in TABLES.items() if table.by_day} == views(stacks).keys()


def test_every_table_lies_in_the_lake(stacks: Stacks) -> None:
    """A table's files are below its own folder of the lake's bucket, and its database is the stage's."""
    (bucket,) = {location(table).split("/")[2] for table in tables(stacks).values()}
    assert "Lake" in bucket
    folders = [location(table).split("/", 3)[3] for table in tables(stacks).values()]
    assert len(set(folders)) == len(folders)
    assert all(folder.endswith("/") for folder in folders)
    assert {folder.split("/")[0] for folder in folders} == {"silver", "current", "quarantine", "gold", "exports"}
    (database,) = stacks.properties("AWS::Glue::Database")
    assert database["DatabaseInput"]["Name"] == f"tmdb_{stacks.settings.stage}"


def test_columns_are_those_of_the_messages(stacks: Stacks) -> None:
    """Each column has the name and type that the lake writer gives it, in that order, and a type Glue takes."""
    declared = tables(stacks)
    for table in (*TABLES.values(), *GOLD.values(), EXPORT_IDS):
        found = declared.get(f"{table.name}_files") or declared[table.name]
        keys = [key["Name"] for key in found["PartitionKeys"]]
        columns = [(column["Name"], column["Type"]) for column in found["StorageDescriptor"]["Columns"]]
        assert columns == [(column.name, column.type.hive) for column in table.columns if column.name not in keys]
        assert all(is_hive(type) and len(type) <= MOST_TYPE for _, type in columns)
        assert len({name for name, _ in columns} | {*keys}) == len(columns) + len(keys)


def test_a_view_has_each_row_once(stacks: Stacks) -> None:
    """Athena is told of the very query that DuckDB runs, and of columns with the types that it gives, in Trino's words.

    A view whose columns are others than those of its query is refused by Athena as stale.
    """
    database = f"tmdb_{stacks.settings.stage}"
    for name, view in views(stacks).items():
        definition = defined(view)
        assert (definition["originalSql"], definition["schema"]) == (once(TABLES[name]), database)
        assert definition["catalog"] == "awsdatacatalog"
        assert len(view["ViewOriginalText"]) <= MOST_VIEW
        assert (view["Parameters"]["presto_view"], view["ViewExpandedText"]) == ("true", "/* Presto View */")
        files = tables(stacks)[f"{name}_files"]
        expected = {
            column["Name"]: exp.DataType.build(column["Type"], dialect="hive")
            for column in (*files["StorageDescriptor"]["Columns"], *files["PartitionKeys"])
        }
        found = {
            column["name"]: exp.DataType.build(column["type"].replace("timestamp(3)", "timestamp"), dialect="trino")
            for column in definition["columns"]
        }
        assert list(found) == list(expected) == trino.parse(definition["originalSql"]).named_selects
        same = {name: kind.sql("hive").replace("`", "") for name, kind in found.items()}
        assert same == {name: kind.sql("hive") for name, kind in expected.items()}
        assert [column["Name"] for column in view["StorageDescriptor"]["Columns"]] == list(expected)


def test_athena_is_told_that_what_has_no_partitions_has_none(stacks: Stacks) -> None:
    """Athena wants partition keys of every table and view in Glue's catalog, if only an empty list of them."""
    for name, table in {**tables(stacks), **views(stacks)}.items():
        assert isinstance(table["PartitionKeys"], list), name
        assert bool(table["PartitionKeys"]) == (name.endswith("_files") or name == "export_ids"), name


def test_a_new_day_is_there_at_once(stacks: Stacks) -> None:
    """The days of a table are projected until now, so nobody adds partitions, as are the datasets of the exports."""
    for name, table in tables(stacks).items():
        keys = [key["Name"] for key in table["PartitionKeys"]]
        days = {key: value for key, value in table["Parameters"].items() if key.startswith("projection.dt.")}
        assert ("dt" in keys) == name.startswith(("silver_", "quarantine_", "export_"))
        assert days == (
            {
                "projection.dt.type": "date",
                "projection.dt.format": "yyyy-MM-dd",
                "projection.dt.range": "2026-01-01,NOW",
            }
            if keys
            else {}
        )
        assert table["Parameters"].get("projection.enabled", "false") == ("true" if keys else "false")
    exports = tables(stacks)["export_ids"]["Parameters"]
    assert "storage.location.template" not in exports  # folders are named after their columns
    exported = {name for name, dataset in DATASETS.items() if dataset.export}
    assert {*exports["projection.dataset.values"].split(",")} == exported


def test_no_query_can_cost_much(stacks: Stacks) -> None:
    """The workgroup stops a query that scans 10 GB, encrypts what it finds, and lets nobody do otherwise."""
    (workgroup,) = stacks.properties("AWS::Athena::WorkGroup")
    assert workgroup["Name"] == f"tmdb-{stacks.settings.stage}"
    told = workgroup["WorkGroupConfiguration"]
    assert told["EnforceWorkGroupConfiguration"] is True
    assert told["BytesScannedCutoffPerQuery"] == 10 * 1024**3
    assert told["ResultConfiguration"]["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}
    assert joined(told["ResultConfiguration"]["OutputLocation"]).endswith("/athena/")


def test_sample_queries_are_saved(stacks: Stacks) -> None:
    """On AWS each file of queries/ is in the workgroup, described by its first line; the emulator has no such thing."""
    saved = {query["Name"]: query for query in stacks.properties("AWS::Athena::NamedQuery")}
    files = {path.stem: path.read_text() for path in QUERIES.glob("*.sql")}
    assert {name: query["QueryString"] for name, query in saved.items()} == (
        files if stacks.settings.target == "aws" else {}
    )
    assert len(files) >= 10
    for name, query in saved.items():
        assert f"-- {query['Description']}\n" == files[name].splitlines(keepends=True)[0]
        assert query["WorkGroup"] == f"tmdb-{stacks.settings.stage}"


def test_a_crawler_is_there_for_who_asks(stacks: Stacks) -> None:
    """Without the setting nothing crawls; with it, silver and gold are looked at, and declared tables left alone."""
    crawlers = list(stacks.properties("AWS::Glue::Crawler"))
    assert len(crawlers) == stacks.settings.crawler
    for crawler in crawlers:
        folders = [joined(target["Path"]).rpartition("}")[2] for target in crawler["Targets"]["S3Targets"]]
        assert folders == ["/silver/", "/gold/"]
        assert crawler["TablePrefix"] == "crawled_"
