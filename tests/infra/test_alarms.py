"""Every alarm fires when it should, is silent when it should, and says where to read on.

An alarm on a metric of our own is judged by what the function emits under the condition (see emitted.py), one on AWS's
by a number AWS would give; each also by no data at all.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from lambdas.common.metrics import Metric
from tests.infra.emitted import (
    BROKEN,
    BUSY,
    REFUSED,
    Emf,
    by_collector,
    by_gold_builder,
    by_lake_writer,
    by_watcher,
)
from tests.infra.stacks import ROOT, Stacks, references, synthesise
from tests.unit.collector.world import World, ok

ALL = synthesise("catalog")
ALARMS = {
    alarm["AlarmName"].rpartition("-")[2]: alarm for alarm in ALL.properties("AWS::CloudWatch::Alarm", "Monitoring")
}
MOST_METRICS = 25
STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {
    "Sum": sum,
    "Average": fmean,
    "Maximum": max,
    "Minimum": min,
}
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}


def refused(world: World) -> None:
    """TMDB has revoked the token."""
    for id in (1, 2):
        world.transport.put(f"movie/{id}", REFUSED)


def broken(world: World) -> None:
    """TMDB answers, but for these movies."""
    for id in (1, 2):
        world.transport.put(f"movie/{id}", BROKEN)


def busy(world: World) -> None:
    """TMDB wants fewer requests."""
    world.transport.put("movie/1", BUSY, ok({"id": 1, "title": "Movie 1"}))


def strange(world: World) -> None:
    """TMDB has a new field."""
    world.transport.put("movie/1", {"id": 1, "title": "Movie 1", "brand_new": 1})


def well(world: World) -> None:
    """All is as it was."""


OWN: dict[str, tuple[Callable[[], list[Emf]], Callable[[], list[Emf]]]] = {
    "NoHarvest": (lambda: by_watcher(hours_ago=26.5), by_watcher),
    "LinePaused": (lambda: by_watcher(line="Disabled"), by_watcher),
    "LineStopped": (lambda: by_collector(refused), lambda: by_collector(well)),
    "Throttled": (lambda: by_collector(busy), lambda: by_collector(well)),
    "Failing": (lambda: by_collector(broken), lambda: by_collector(well)),
    "UnknownFields": (lambda: by_collector(strange), lambda: by_collector(well)),
    "LakeQuality": (lambda: by_lake_writer(""), lambda: by_lake_writer("Movie")),
    "Coverage": (lambda: by_gold_builder(missing=2), lambda: by_gold_builder(missing=1)),
    "OldestFetch": (lambda: by_gold_builder(fetched="2026-06-18"), lambda: by_gold_builder(fetched="2026-06-19")),
}
"""What is emitted when an alarm on it must ring, and when it must not."""

DAY = 86_400.0
AWS: dict[str, tuple[float, float]] = {
    "ApproximateNumberOfMessagesVisible": (1, 0),
    "ApproximateAgeOfOldestMessage": (3 * DAY, 3600),
    "Errors": (1, 0),
    "Throttles": (1, 0),
    "5xx": (20, 3),
    "ACUUtilization": (95, 40),
}
"""What AWS would say when an alarm on it must ring, and when it must not."""


def values(alarm: Mapping[str, Any], emitted: list[Emf]) -> list[float]:
    """The values that CloudWatch would give this alarm of what was emitted: same name, namespace and dimensions."""
    own = {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]}
    found: list[float] = []
    for emf in emitted:
        (told,) = emf["_aws"]["CloudWatchMetrics"]
        dimensions = [{name: emf[name] for name in names} for names in told["Dimensions"]]
        if own in dimensions and alarm["MetricName"] in {metric["Name"] for metric in told["Metrics"]}:
            found += emf[alarm["MetricName"]]
    assert alarm["Namespace"] == namespaces()[own["service"]]
    return found


def namespaces() -> dict[str, str]:
    """Where each function's metrics go, by its service."""
    told = [function["Environment"]["Variables"] for function in ALL.properties("AWS::Lambda::Function")]
    return {found["POWERTOOLS_SERVICE_NAME"]: found["POWERTOOLS_METRICS_NAMESPACE"] for found in told}


def rings(alarm: Mapping[str, Any], data: list[float] | None) -> bool:
    """Whether the alarm rings when each period that it looks at has these data points; None for no data."""
    if not data:
        return bool(alarm["TreatMissingData"] == "breaching")
    assert alarm["DatapointsToAlarm"] == alarm["EvaluationPeriods"]
    value = STATISTICS[alarm["Statistic"]](data)
    return COMPARISONS[alarm["ComparisonOperator"]](value, alarm["Threshold"])


def on_our_own(name: str) -> bool:
    """Whether an alarm is on a metric of this project's own."""
    return not ALARMS[name]["Namespace"].startswith("AWS/")


def test_every_alarm_on_a_metric_of_our_own_has_its_condition() -> None:
    """None can be added without saying when it rings."""
    assert {name for name in ALARMS if on_our_own(name)} == OWN.keys()
    names = {ALARMS[name]["MetricName"] for name in ALARMS if not on_our_own(name)}
    assert names == AWS.keys() | {"Duration"}


@pytest.mark.parametrize("name", OWN)
def test_alarm_rings_under_its_condition_and_not_otherwise(name: str) -> None:
    """The function's own metric under the condition crosses the alarm's threshold; on a good day it does not."""
    bad, good = (emit() for emit in OWN[name])
    alarm = ALARMS[name]
    told = values(alarm, bad), values(alarm, good)
    assert all(told), "nothing was emitted of the metric that the alarm watches"
    assert (rings(alarm, told[0]), rings(alarm, told[1])) == (True, False)


@pytest.mark.parametrize("name", [name for name in ALARMS if not on_our_own(name)])
def test_alarm_on_what_aws_counts_rings(name: str) -> None:
    """A number as AWS gives it crosses the threshold, and one of a good day does not."""
    alarm = ALARMS[name]
    if alarm["MetricName"] == "Duration":
        limit = 1000 * timeout(alarm)
        bad, good = 0.95 * limit, 0.5 * limit
    else:
        bad, good = AWS[alarm["MetricName"]]
    assert (rings(alarm, [bad]), rings(alarm, [good])) == (True, False)


def test_silence_rings_where_something_should_be_said() -> None:
    """No word of harvests, or of how whole the mirror is, is as bad as a bad word; elsewhere silence is golden."""
    assert {name for name, alarm in ALARMS.items() if rings(alarm, None)} == {"NoHarvest", "Coverage"}


def watched(stacks: Stacks, alarm: Mapping[str, Any]) -> Mapping[str, Any]:
    """The resource behind the one dimension of an alarm on a metric of AWS's."""
    (dimension,) = alarm["Dimensions"]
    value = dimension["Value"]
    where = stacks.templates["Monitoring"]
    if "Fn::ImportValue" in value:
        where, value = next(
            (template, output["Value"])
            for template in stacks.templates.values()
            for output in template.get("Outputs", {}).values()
            if output.get("Export", {}).get("Name") == value["Fn::ImportValue"]
        )
    (id,) = references(value)
    found: Mapping[str, Any] = where["Resources"][id]
    return found


def timeout(alarm: Mapping[str, Any]) -> float:
    """Seconds that the function of an alarm may run."""
    return float(watched(ALL, alarm)["Properties"]["Timeout"])


def test_alarms_watch_what_is_there(stacks: Stacks) -> None:
    """Each is on a queue, function, database or API of the stage, or on a metric that a function of it emits."""
    kinds = {
        ("AWS/SQS", "QueueName"): "AWS::SQS::Queue",
        ("AWS/Lambda", "FunctionName"): "AWS::Lambda::Function",
        ("AWS/RDS", "DBClusterIdentifier"): "AWS::RDS::DBCluster",
        ("AWS/ApiGateway", "ApiId"): "AWS::ApiGatewayV2::Api",
    }
    environments = [item["Environment"]["Variables"] for item in stacks.properties("AWS::Lambda::Function")]
    emitters = {(item["POWERTOOLS_METRICS_NAMESPACE"], item["POWERTOOLS_SERVICE_NAME"]) for item in environments}
    for alarm in stacks.properties("AWS::CloudWatch::Alarm"):
        (dimension,) = alarm["Dimensions"]
        if kind := kinds.get((alarm["Namespace"], dimension["Name"])):
            assert watched(stacks, alarm)["Type"] == kind
        else:
            assert (alarm["Namespace"], dimension["Value"]) in emitters
            assert Metric[alarm["MetricName"].upper()].service == dimension["Value"]


def test_metrics_are_few_and_each_has_one_name() -> None:
    """At most 25 of our own a stage; each is one metric to pay for, as its one dimension has one value."""
    assert len(Metric) <= MOST_METRICS
    assert len({metric.label for metric in Metric}) == len(Metric)
    assert {metric.service for metric in Metric} <= namespaces().keys()


def test_alarms_need_no_arithmetic(stacks: Stacks) -> None:
    """Each compares one metric with one number, which CloudWatch looks back for as long as it may."""
    for alarm in stacks.properties("AWS::CloudWatch::Alarm"):
        assert "Metrics" not in alarm
        assert alarm["Period"] * alarm["EvaluationPeriods"] <= (7 * DAY if alarm["Period"] >= 3600 else DAY)


def test_every_description_ends_with_the_runbook_and_the_first_command(stacks: Stacks) -> None:
    """Who gets a mail at night reads what it means, where to read on, and what to type."""
    for alarm in stacks.properties("AWS::CloudWatch::Alarm"):
        found = re.fullmatch(r"(.{20,}) docs/runbook\.md#([a-z-]+): tmdb [a-z-]+.*", alarm["AlarmDescription"])
        assert found, alarm["AlarmDescription"]
        assert alarm["AlarmDescription"].endswith(f" --stage {stacks.settings.stage}")
        assert f"\n## {found[2]}\n" in page() and len(alarm["AlarmDescription"]) <= 1024


def page() -> str:
    """The runbook."""
    return Path(ROOT / "docs" / "runbook.md").read_text()


def sections() -> Iterator[tuple[str, str]]:
    """The runbook's sections that are about alarms, by anchor."""
    for section in page().split("\n## ")[1:]:
        anchor, _, body = section.partition("\n")
        if re.fullmatch(r"[a-z-]+", anchor):
            yield anchor, body


def test_every_section_of_the_runbook_is_about_the_alarms_that_lead_there() -> None:
    """A section names exactly its alarms, says what they mean, what to look at and what to do, as they do."""
    leading: dict[str, set[str]] = {}
    for name, alarm in ALARMS.items():
        leading.setdefault(re.findall(r"#([a-z-]+): ", alarm["AlarmDescription"])[-1], set()).add(name)
    assert {anchor for anchor, _ in sections()} == leading.keys()
    for anchor, body in sections():
        first = body.lstrip().partition("\n\n")[0]
        assert set(re.findall(r"`(\w+)`", first)) == leading[anchor], anchor
        assert all(f"**{part}**" in body for part in ("Means.", "Look.", "Do.")), anchor
        commands = {
            re.sub(r" --stage \w+$", "", ALARMS[name]["AlarmDescription"].rpartition(": ")[2])
            for name in leading[anchor]
        }
        assert all(command in body for command in commands), (anchor, commands)
