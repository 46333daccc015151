"""What the lake's stack promises: objects become messages, nights are in order, and roles keep to their prefixes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from lambdas.gold_builder.settings import GoldBuilderSettings
from lambdas.lake_compactor.settings import LakeCompactorSettings
from lambdas.lake_writer.settings import LakeWriterSettings
from tests.infra.stacks import LAKES, Stacks, environment, joined, listed, references, synthesise

MOST_TEMPLATE = 1_000_000
"""Bytes that CloudFormation takes for a template from S3."""


@pytest.fixture(params=LAKES)
def stacks(request: pytest.FixtureRequest) -> Stacks:
    """The stacks of each combination with a lake."""
    return synthesise(request.param)


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


def test_templates_are_ones_that_cloudformation_takes(stacks: Stacks) -> None:
    """The types of all columns fit into one template, with room for datasets to come."""
    for template in stacks.templates.values():
        assert len(json.dumps(template, indent=1)) < MOST_TEMPLATE / 2
        assert len(template["Resources"]) <= 500


def test_without_a_lake_there_is_no_stack_of_it() -> None:
    """The setting `lake` takes the stack away, and its alarms."""
    assert "Lake" not in synthesise("bunny").templates
