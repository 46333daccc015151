"""Who is told of what, what the watcher may, and what the dashboard shows."""

import json
from fnmatch import fnmatchcase

from lambdas.common.metrics import Metric
from lambdas.watcher.settings import WatcherSettings
from stacks.dashboard import ROWS
from tests.infra.stacks import Stacks, environment, joined, listed, references, statements


def test_alarms_tell_somebody(stacks: Stacks) -> None:
    """All of them tell the topic, which tells an address and a chat, where the stage has one."""
    alarms = list(stacks.properties("AWS::CloudWatch::Alarm"))
    ((topic,),) = {tuple(references(alarm["AlarmActions"])) for alarm in alarms}
    assert all(alarm["ActionsEnabled"] for alarm in alarms)
    told = {
        item["Protocol"]: item
        for item in stacks.properties("AWS::SNS::Subscription")
        if set(references(item["TopicArn"])) == {topic}
    }
    email, chat = stacks.settings.alarm_email, stacks.settings.alarm_chat
    assert told.keys() == {"email"} & {"email" * bool(email)} | {"lambda"} & {"lambda" * bool(chat)}
    assert told.get("email", {}).get("Endpoint", "") == email
    if chat:  # what does not reach the function is kept, and what the function cannot bring to the chat, too
        notifier = stacks.function("notifier")
        kept = set(references(told["lambda"]["RedrivePolicy"]))
        assert kept == set(references(notifier["DeadLetterConfig"]))
        assert environment(notifier)["CHAT"] == chat
        allowed = [
            item for item in statements(stacks, "Monitoring") if "secretsmanager:GetSecretValue" in item["Action"]
        ]
        assert len(allowed) == 1 and set(listed(allowed[0]["Action"])) <= {
            "secretsmanager:GetSecretValue",
            "secretsmanager:DescribeSecret",
        }


def test_every_alarm_may_tell_its_topics(stacks: Stacks) -> None:
    """A topic with a policy hears nobody whom that does not name: CloudWatch it is, of alarms named as ours are."""
    told: dict[str, set[str]] = {}
    for alarm in stacks.properties("AWS::CloudWatch::Alarm"):
        for topic in references([alarm["AlarmActions"], alarm.get("OKActions", [])]):
            told.setdefault(topic, set()).add(alarm["AlarmName"])
    allowed = {
        topic: statement
        for policy in stacks.properties("AWS::SNS::TopicPolicy")
        for topic in references(policy["Topics"])
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    }
    assert allowed.keys() == told.keys()
    for topic, names in told.items():
        assert (allowed[topic]["Action"], *references(allowed[topic]["Resource"])) == ("sns:Publish", topic)
        assert allowed[topic]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        ours = joined(allowed[topic]["Condition"]["ArnLike"]["aws:SourceArn"])
        assert all(fnmatchcase(f":alarm:{name}", ours[ours.index(":alarm:") :]) for name in names)


def test_a_chat_hears_of_the_end_of_what_lasts(stacks: Stacks) -> None:
    """Queues that are empty again, harvests and lines that go on; to the chat alone, and not of what happened once."""
    ended = {
        alarm["AlarmName"].rpartition("-")[2]: list(references(alarm["OKActions"]))
        for alarm in stacks.properties("AWS::CloudWatch::Alarm")
        if "OKActions" in alarm
    }
    if not stacks.settings.alarm_chat:
        assert not ended
        return
    assert {"NoHarvest", "LinePaused", "DeadLetters", "FailedEvents", "Backlog"} <= ended.keys()
    assert ended.keys().isdisjoint({"LineStopped", "UnknownFields", "CollectorErrors", "HarvesterDuration"})
    ((topic,),) = set(map(tuple, ended.values()))
    (told,) = (
        item for item in stacks.properties("AWS::SNS::Subscription") if set(references(item["TopicArn"])) == {topic}
    )
    assert told["Protocol"] == "lambda" and list(references(told["RedrivePolicy"]))


def test_the_watcher_looks_at_every_feed_and_changes_nothing(stacks: Stacks) -> None:
    """It knows how often each feed is harvested, reads runs, adds what it has not seen, and leaves the line alone."""
    told = WatcherSettings.from_env(environment(stacks.function("watcher"))).hours
    assert told.keys() == {feed.name for feed in stacks.settings.feeds}
    assert all(hours > 0 for hours in told.values())
    if stacks.settings.target == "aws":
        assert (told["movie-export"], told["movie-sync"]) == (24, 6)
    actions = {action for item in statements(stacks, "Monitoring") for action in listed(item["Action"])}
    assert {action for action in actions if action.startswith(("dynamodb:", "lambda:"))} == {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "lambda:GetEventSourceMapping",
    }
    (rule,) = stacks.properties("AWS::Events::Rule", "Monitoring")
    assert rule["ScheduleExpression"] == "rate(30 minutes)"


def test_the_dashboard_answers_in_order(stacks: Stacks) -> None:
    """Is it running, how far, how fresh, what does it cost, what is broken: a row each, with all alarms in the last."""
    (dashboard,) = stacks.properties("AWS::CloudWatch::Dashboard")
    body = json.loads(joined(dashboard["DashboardBody"]))
    rows = [widget["properties"]["markdown"] for widget in body["widgets"] if widget["type"] == "text"]
    assert [row.removeprefix("# ") for row in rows if row.startswith("# ")] == list(ROWS)
    (red,) = [widget["properties"] for widget in body["widgets"] if widget["type"] == "alarm"]
    assert len(red["alarms"]) == len(list(stacks.properties("AWS::CloudWatch::Alarm")))
    cost = next(
        widget["properties"]
        for widget in body["widgets"]
        if widget.get("properties", {}).get("title") == "dollars a day"
    )
    assert len([metric for metric in cost["metrics"] if "expression" in metric[0]]) >= 3


def test_every_metric_is_seen_on_the_dashboard(stacks: Stacks) -> None:
    """Whatever a function of the stage emits is drawn somewhere, under its own name, namespace and dimension."""
    (dashboard,) = stacks.properties("AWS::CloudWatch::Dashboard")
    drawn = {
        tuple(map(str, metric[:4]))
        for widget in json.loads(joined(dashboard["DashboardBody"]))["widgets"]
        for metric in widget["properties"].get("metrics", ())
    }
    told = [function["Environment"]["Variables"] for function in stacks.properties("AWS::Lambda::Function")]
    emitters = {item["POWERTOOLS_SERVICE_NAME"]: item["POWERTOOLS_METRICS_NAMESPACE"] for item in told}
    emitted = {
        (emitters[metric.service], metric.label, "service", metric.service)
        for metric in Metric
        if metric.service in emitters
    }
    assert len(emitted) > 10
    assert emitted - drawn == set()
