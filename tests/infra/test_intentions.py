"""What queues, functions, rules and roles promise, whatever the settings and whatever they are called."""

import json

import pytest

from lambdas.collector.settings import CollectorSettings
from lambdas.common.datasets import DATASETS
from lambdas.harvester.event import Event
from lambdas.harvester.settings import HarvesterSettings
from tests.infra.stacks import Stacks, environment, joined, listed, references, statements

NAMES = ("BucketName", "TableName", "Name", "QueueName", "FunctionName", "LogGroupName")
MOST_STATEMENTS = 20
"""In the policy of a queue."""


def test_every_queue_has_dead_letters_or_is_such_a_queue(stacks: Stacks) -> None:
    """No message and no event can be lost after its last try."""
    queues = stacks.ids("AWS::SQS::Queue")
    redriven = {id for queue in stacks.properties("AWS::SQS::Queue") for id in references(queue.get("RedrivePolicy"))}
    functions = {
        id for item in stacks.properties("AWS::Lambda::Function") for id in references(item["DeadLetterConfig"])
    }
    rules = {
        id
        for rule in stacks.properties("AWS::Events::Rule")
        for target in rule["Targets"]
        for id in references(target["DeadLetterConfig"])
    }
    sources = {
        id
        for template in stacks.templates.values()
        for id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::SQS::Queue" and "RedrivePolicy" in resource["Properties"]
    }
    assert queues == sources | redriven | functions | rules


def test_every_queue_is_encrypted_and_refuses_plain_http(stacks: Stacks) -> None:
    """Each queue encrypts at rest and has a policy that denies what does not come over TLS."""
    assert all(queue["SqsManagedSseEnabled"] for queue in stacks.properties("AWS::SQS::Queue"))
    refusing = {
        id
        for policy in stacks.properties("AWS::SQS::QueuePolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for id in references(policy["Queues"])
    }
    assert refusing == stacks.ids("AWS::SQS::Queue")


def test_messages_are_kept_14_days(stacks: Stacks) -> None:
    """The longest a stopped line may stand before work expires is the longest SQS allows."""
    assert {queue["MessageRetentionPeriod"] for queue in stacks.properties("AWS::SQS::Queue")} == {14 * 86_400}


def test_no_policy_allows_any_action(stacks: Stacks) -> None:
    """Roles name the actions they need."""
    actions = [action for statement in statements(stacks) for action in listed(statement["Action"])]
    assert actions
    assert not [action for action in actions if "*" in action]


def test_only_tracing_and_interfaces_are_allowed_on_any_resource(stacks: Stacks) -> None:
    """Roles name the resources they touch; X-Ray and a network's interfaces, which have none, are the exceptions."""
    anywhere = [statement for statement in statements(stacks) if "*" in listed(statement["Resource"])]
    services = {action.split(":")[0] for statement in anywhere for action in listed(statement["Action"])}
    assert services == ({"xray", "ec2"} if stacks.settings.catalog else {"xray"})


@pytest.mark.parametrize(
    ("stack", "sources"), [("Pipeline", ["tmdb.pipeline"]), ("Lake", ["tmdb.lake", "tmdb.pipeline"])]
)
def test_events_are_put_under_ones_own_name_or_for_the_harvester(
    stacks: Stacks, stack: str, sources: list[str]
) -> None:
    """Harvester and compactor continue themselves, gold has old titles harvested; no other event can be forged."""
    found = [item["Condition"] for item in statements(stacks, stack) if item["Action"] == "events:PutEvents"]
    expected = [{"StringEquals": {"events:source": source}} for source in sources] * (stack in stacks.templates)
    assert sorted(map(str, found)) == sorted(map(str, expected))


def test_every_feed_has_its_rule(stacks: Stacks) -> None:
    """A feed's schedule starts the harvester with the feed's event, and nothing else is scheduled."""
    rules = {
        rule["ScheduleExpression"] + target["Input"]
        for rule in stacks.properties("AWS::Events::Rule", "Pipeline")
        for target in rule["Targets"]
        if "ScheduleExpression" in rule
    }
    feeds = stacks.settings.feeds
    assert rules == {feed.schedule.expression_string + json.dumps(feed.event, separators=(",", ":")) for feed in feeds}


def test_every_scheduled_event_is_one_the_harvester_takes(stacks: Stacks) -> None:
    """What a rule sends parses as an event of the feed it was made for."""
    inputs = [
        json.loads(target["Input"])
        for rule in stacks.properties("AWS::Events::Rule", "Pipeline")
        for target in rule["Targets"]
        if "ScheduleExpression" in rule
    ]
    events = [Event.parse(item) for item in inputs]
    assert {(event.dataset, event.mode) for event in events} == {
        (feed.dataset, feed.mode) for feed in stacks.settings.feeds
    }


def test_events_of_people_reach_the_harvester_as_they_are(stacks: Stacks) -> None:
    """A put-events with the pipeline's source is seen by the harvester like a schedule's event."""
    (rule,) = (rule for rule in stacks.properties("AWS::Events::Rule", "Pipeline") if "EventPattern" in rule)
    assert rule["EventPattern"] == {"source": ["tmdb.pipeline"], "detail-type": [stacks.settings.stage]}
    assert [target["InputPath"] for target in rule["Targets"]] == ["$.detail"]


def test_every_rule_tries_again_and_keeps_what_it_cannot_deliver(stacks: Stacks) -> None:
    """A harvester that cannot be started leaves its event behind."""
    for rule in stacks.properties("AWS::Events::Rule"):
        for target in rule["Targets"]:
            assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
            assert list(references(target["DeadLetterConfig"]))


def test_queues_take_what_rules_leave_however_many_there_are(stacks: Stacks) -> None:
    """Each queue that a rule may leave something in says so once for all rules: SQS takes 20 statements, not one more.

    The rules must be the account's, as EventBridge acts for whoever asks it.
    """
    left = {
        id
        for rule in stacks.properties("AWS::Events::Rule")
        for target in rule["Targets"]
        for id in references(target["DeadLetterConfig"])
    }
    assert left
    for policy in stacks.properties("AWS::SQS::QueuePolicy"):
        told = policy["PolicyDocument"]["Statement"]
        assert len(told) <= MOST_STATEMENTS
        taken = [
            joined(item["Condition"]["ArnLike"]["aws:SourceArn"])
            for item in told
            if item["Principal"] == {"Service": "events.amazonaws.com"} and "ArnLike" in item["Condition"]
        ]
        rules = "arn:{AWS::Partition}:events:{AWS::Region}:{AWS::AccountId}:rule/*"
        assert taken == [rules] * (not left.isdisjoint(references(policy["Queues"])))


def test_collectors_never_outnumber_what_is_reserved(stacks: Stacks) -> None:
    """SQS reads no faster than the function may run, so no message is received in vain."""
    (mapping,) = stacks.properties("AWS::Lambda::EventSourceMapping", "Pipeline")
    most = mapping["ScalingConfig"]["MaximumConcurrency"]
    assert most == stacks.settings.collectors
    reserved = stacks.function("collector").get("ReservedConcurrentExecutions")
    assert reserved == (most if stacks.settings.reserved_concurrency else None)


def test_a_collector_gets_one_message_and_reports_what_failed(stacks: Stacks) -> None:
    """The mapping hands over single messages and reads which of them failed."""
    (mapping,) = stacks.properties("AWS::Lambda::EventSourceMapping", "Pipeline")
    assert mapping["BatchSize"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_messages_stay_hidden_for_six_invocations(stacks: Stacks) -> None:
    """A message that a throttled or dying function holds does not come back while it may still be worked on."""
    for stack in stacks.templates:
        timeouts = stacks.by_id("AWS::Lambda::Function", "Timeout", stack)
        hidden = stacks.by_id("AWS::SQS::Queue", "VisibilityTimeout", stack)
        for mapping in stacks.properties("AWS::Lambda::EventSourceMapping", stack):
            ((function,), (queue,)) = (references(mapping[name]) for name in ("FunctionName", "EventSourceArn"))
            assert hidden[queue] >= 6 * timeouts[function]
            assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_functions_read_back_their_settings(stacks: Stacks) -> None:
    """What synth writes into the environment is what the functions parse; the shares add up to the budget."""
    collector = CollectorSettings.from_env(environment(stacks.function("collector")))
    harvester = HarvesterSettings.from_env(environment(stacks.function("harvester")))
    settings = stacks.settings
    assert bool(collector.edge_bucket) != bool(collector.bunny_url)
    assert bool(collector.bunny_secret) == bool(collector.bunny_url)
    together = settings.collectors * collector.requests_per_second
    assert together == harvester.collect_per_second
    assert together + 2 * harvester.requests_per_second == settings.requests_per_second, "an operator has as much"
    assert settings.collectors * collector.connections + 2 * harvester.connections <= settings.connections


def test_logs_end(stacks: Stacks) -> None:
    """Each function writes to a log group of ours, which forgets."""
    groups = stacks.ids("AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] <= 31 for group in stacks.properties("AWS::Logs::LogGroup"))
    for function in stacks.properties("AWS::Lambda::Function"):
        assert set(references(function["LoggingConfig"]["LogGroup"])) <= groups


def test_nothing_has_a_name_of_its_own(stacks: Stacks) -> None:
    """A stage can be deployed again beside what it left; named is what breaks a circle, and what only people go by."""
    named = {
        resource["Type"]
        for template in stacks.templates.values()
        for resource in template["Resources"].values()
        for name in NAMES
        if isinstance(resource.get("Properties", {}).get(name), str)
    }
    named_for_people = {"AWS::Athena::NamedQuery", "AWS::Athena::WorkGroup", "AWS::ApiGatewayV2::Api"}
    assert named <= {"AWS::SSM::Parameter"} | named_for_people


def test_secrets_are_not_in_the_template(stacks: Stacks) -> None:
    """A secret starts with a generated value; templates and environments hold none."""
    secrets = list(stacks.properties("AWS::SecretsManager::Secret"))
    assert all("GenerateSecretString" in secret and "SecretString" not in secret for secret in secrets)
    assert len(secrets) == 1 + bool(stacks.settings.edge) + bool(stacks.settings.alarm_chat)


def test_a_secret_that_nobody_filled_is_known_by_its_blanks(stacks: Stacks) -> None:
    """No token, password or URL has any; and none are left to chance, or at an end, where they would be cut off."""
    for secret in stacks.properties("AWS::SecretsManager::Secret"):
        template = secret["GenerateSecretString"]["SecretStringTemplate"]
        assert any(letter.isspace() for letter in "".join(json.loads(template).values()).strip())


def test_functions_only_add_to_their_own_folder_of_the_lake(stacks: Stacks) -> None:
    """The collector may put what is below bronze/, the harvester what is below exports/, and neither may read."""
    told = {
        stage: environment(stacks.function(stage))["LAKE_BUCKET"] != ""  # empty says that there is no lake
        for stage in ("collector", "harvester")
    }
    assert set(told.values()) == {stacks.settings.lake}
    allowed = {
        json.dumps(resource).rpartition('"/')[2].split('"')[0]: listed(statement["Action"])
        for statement in statements(stacks, "Pipeline")
        for resource in listed(statement["Resource"])
        if "ImportValue" in json.dumps(resource)
        and ("/bronze" in json.dumps(resource) or "/exports" in json.dumps(resource))
    }
    put = ["s3:PutObject"]
    assert allowed == ({"bronze/*": put, "exports/*": put} if stacks.settings.lake else {})


def test_functions_run_where_they_were_bundled_for(stacks: Stacks) -> None:
    """AWS gets Python 3.13 on arm64 with traces, whatever machine deploys."""
    functions = list(stacks.properties("AWS::Lambda::Function"))
    assert all(function["TracingConfig"] == {"Mode": "Active"} for function in functions)
    if stacks.settings.target == "aws":
        assert {function["Runtime"] for function in functions} == {"python3.13"}
        assert all(function["Architectures"] == ["arm64"] for function in functions)


def test_the_local_stage_mirrors_every_dataset(stacks: Stacks) -> None:
    """What runs on one machine is all there is: each dataset by export, and by sync where TMDB has changes."""
    if stacks.settings.stage == "local":
        feeds = {(feed.dataset, feed.mode) for feed in stacks.settings.feeds}
        assert feeds == {(name, mode) for name, item in DATASETS.items() for mode in item.modes if mode != "ids"}
