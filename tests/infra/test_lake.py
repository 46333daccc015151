"""What the lake's stack promises: objects become messages, tables are declared, and roles keep to their prefixes."""

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
from lambdas.gold_builder.settings import GoldBuilderSettings
from lambdas.lake_compactor.settings import LakeCompactorSettings
from lambdas.lake_writer.settings import LakeWriterSettings
from stacks.athena import QUERIES
from stacks.settings import Settings
from tests.infra.stacks import COMBINATIONS, Stacks, context, environment, joined, listed, references, synthesise

MOST_TYPE = 131_072
"""Characters that Glue takes for the type of a column."""
MOST_VIEW = 409_600
"""Characters that Glue takes for the text of a view."""
MOST_TEMPLATE = 1_000_000
"""Bytes that CloudFormation takes for a template from S3."""
PARTS = (("silver_", ""), ("", "_current"), ("quarantine_", ""))
RECORDED = [name for name, dataset in DATASETS.items() if not dataset.found_by]
LAKES = [name for name, given in COMBINATIONS.items() if Settings.load(context(**given).get, {}).lake]
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


def test_every_object_of_bronze_becomes_a_message(stacks: Stacks) -> None:
    """The lake's own rule sends what is created below bronze/, and nothing else, to the lake writer's queue."""
    patterns = [rule for rule in stacks.properties("AWS::Events::Rule", "Lake") if "EventPattern" in rule]
    (rule,) = (rule for rule in patterns if rule["EventPattern"]["source"] == ["aws.s3"])
    pattern = rule["EventPattern"]
    assert (pattern["source"], pattern["detail-type"]) == (["aws.s3"], ["Object Created"])
    assert pattern["detail"]["object"]["key"] == [{"prefix": "bronze/"}]
    assert "Lake" in json.dumps(pattern["detail"]["bucket"]["name"])
    (target,) = rule["Targets"]
    (mapping,) = stacks.properties("AWS::Lambda::EventSourceMapping", "Lake")
    assert [*references(target["Arn"])] == [*references(mapping["EventSourceArn"])]
    assert mapping["ScalingConfig"]["MaximumConcurrency"] == 2


def test_what_can_never_be_written_may_be_buried_at_once(stacks: Stacks) -> None:
    """The lake writer knows the dead letters of its own queue, may send there, and an alarm looks at them."""
    writer = stacks.function("lake_writer")
    (letters,) = references(writer["Environment"]["Variables"]["DEAD_LETTERS_URL"])
    (queue,) = (
        queue
        for queue in stacks.properties("AWS::SQS::Queue", "Lake")
        if "RedrivePolicy" in queue and [*references(queue["RedrivePolicy"])] == [letters]
    )
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 6
    (role,) = references(writer["Role"])
    sends = [
        references(statement["Resource"])
        for policy in stacks.properties("AWS::IAM::Policy", "Lake")
        if role in references(policy["Roles"])
        for statement in policy["PolicyDocument"]["Statement"]
        if "sqs:SendMessage" in listed(statement["Action"])
    ]
    assert letters in {name for found in sends for name in found}
    alarms = {alarm["AlarmDescription"]: alarm for alarm in stacks.properties("AWS::CloudWatch::Alarm", "Monitoring")}
    (alarm,) = (alarm for text, alarm in alarms.items() if text.startswith("Objects of bronze that did not become"))
    assert (alarm["MetricName"], alarm["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 1)


def test_gold_follows_the_compaction(stacks: Stacks) -> None:
    """After midnight UTC the lake is compacted, and when that must be over, gold is built; each of all there is."""
    nightly = {}
    for rule in stacks.properties("AWS::Events::Rule", "Lake"):
        if "ScheduleExpression" in rule:
            (target,) = rule["Targets"]
            assert target["Input"] == "{}"
            (id,) = references(target["Arn"])
            handler = stacks.templates["Lake"]["Resources"][id]["Properties"]["Handler"]
            nightly[handler.split(".")[1]] = rule["ScheduleExpression"]
    assert nightly == {"lake_compactor": "cron(30 0 * * ? *)", "gold_builder": "cron(0 4 * * ? *)"}


def test_the_compactor_continues_itself(stacks: Stacks) -> None:
    """Its own events on the default bus come back to it as they are, of its own stage only."""
    (rule,) = (
        rule
        for rule in stacks.properties("AWS::Events::Rule", "Lake")
        if rule.get("EventPattern", {}).get("source") == ["tmdb.lake"]
    )
    stage = stacks.settings.stage
    assert rule["EventPattern"]["detail-type"] == [stage] == [environment(stacks.function("lake_compactor"))["STAGE"]]
    (target,) = rule["Targets"]
    (id,) = references(target["Arn"])
    assert stacks.templates["Lake"]["Resources"][id]["Properties"]["Handler"].startswith("lambdas.lake_compactor.")
    assert target["InputPath"] == "$.detail" and "DeadLetterConfig" in target


ALLOWED = {
    "lake_writer": {"GetObject": "bronze", "PutObject": "quarantine silver", "ListBucket": "bronze"},
    "lake_compactor": {
        "GetObject": "current quarantine silver",
        "PutObject": "current quarantine silver",
        "DeleteObject": "current quarantine silver",
        "ListBucket": "current quarantine silver",
    },
    "gold_builder": {
        "GetObject": "current exports gold silver",
        "PutObject": "gold",
        "DeleteObject": "gold",
        "ListBucket": "current exports gold silver",
    },
}


@pytest.mark.parametrize("stage", ALLOWED)
def test_functions_keep_to_their_prefixes(stacks: Stacks, stage: str) -> None:
    """Each reads, writes and lists what is its work, and cannot touch bronze or what others make."""
    (role,) = references(stacks.function(stage)["Role"])
    found = {}
    for policy in stacks.properties("AWS::IAM::Policy", "Lake"):
        if role not in references(policy["Roles"]):
            continue
        for statement in policy["PolicyDocument"]["Statement"]:
            for action in listed(statement["Action"]):
                if action.startswith("s3:") and action != "s3:GetBucketLocation":
                    found[action.removeprefix("s3:")] = " ".join(sorted(prefixes(statement)))
    allowed = ALLOWED[stage]
    if stage == "gold_builder" and stacks.settings.gold == "athena":  # which puts results there in its name
        allowed = {
            action: " ".join(sorted(f"{folders} athena gold-staging".split())) for action, folders in allowed.items()
        }
    assert found == allowed


def prefixes(statement: Mapping[str, Any]) -> Iterator[str]:
    """The folders of the lake that a statement is about."""
    patterns = statement.get("Condition", {}).get("StringLikeIfExists", {}).get("s3:prefix")
    for pattern in listed(patterns) if patterns else map(joined, listed(statement["Resource"])):
        folder, star = pattern.split("/")[-2:]
        assert star == "*"
        yield folder


def test_functions_read_back_their_settings(stacks: Stacks) -> None:
    """What synth writes into the environment is what the functions parse; DuckDB leaves half of the memory alone."""
    told = {stage: environment(stacks.function(stage)) for stage in ALLOWED}
    read = {
        "lake_writer": LakeWriterSettings.from_env(told["lake_writer"]).memory_megabytes,
        "lake_compactor": LakeCompactorSettings.from_env(told["lake_compactor"]).memory_megabytes,
        "gold_builder": GoldBuilderSettings.from_env(told["gold_builder"]).memory_megabytes,
    }
    assert all(2 * megabytes <= stacks.function(stage)["MemorySize"] for stage, megabytes in read.items())


def test_gold_is_built_where_the_setting_says(stacks: Stacks) -> None:
    """The function knows its engine, and may ask Athena, in whose name it then reads and writes, only if need be."""
    asks = [
        policy
        for policy in stacks.properties("AWS::IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
        if "athena:StartQueryExecution" in statement["Action"]
    ]
    athena = stacks.settings.gold == "athena"
    assert len(asks) == (athena and stacks.settings.lake)
    for policy in asks:
        text = json.dumps(policy)
        assert "GoldBuilder" in text
        assert all(word in text for word in ("gold-staging/*", "glue:GetTable", "s3:GetBucketLocation"))
    engines = [
        function["Environment"]["Variables"]["ENGINE"]
        for function in stacks.properties("AWS::Lambda::Function")
        if "ENGINE" in function.get("Environment", {}).get("Variables", {})
    ]
    assert engines == [stacks.settings.gold] * stacks.settings.lake


def test_a_crawler_is_there_for_who_asks(stacks: Stacks) -> None:
    """Without the setting nothing crawls; with it, silver and gold are looked at, and declared tables left alone."""
    crawlers = list(stacks.properties("AWS::Glue::Crawler"))
    assert len(crawlers) == stacks.settings.crawler
    for crawler in crawlers:
        folders = [joined(target["Path"]).rpartition("}")[2] for target in crawler["Targets"]["S3Targets"]]
        assert folders == ["/silver/", "/gold/"]
        assert crawler["TablePrefix"] == "crawled_"


def test_templates_are_ones_that_cloudformation_takes(stacks: Stacks) -> None:
    """The types of all columns fit into one template, with room for datasets to come."""
    for template in stacks.templates.values():
        assert len(json.dumps(template, indent=1)) < MOST_TEMPLATE / 2
        assert len(template["Resources"]) <= 500


def test_without_a_lake_there_is_no_stack_of_it() -> None:
    """The setting `lake` takes the stack away, and its alarms."""
    assert "Lake" not in synthesise("bunny").templates
