"""The dashboard: is it running, how far, how fresh, what does it cost, what is broken; each a row, in that order.

Below them is a row for each function, as cdk-monitoring-constructs draws it.
"""

from collections.abc import Iterable
from itertools import chain
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from cdk_monitoring_constructs import AlarmWithAnnotation, MonitoringFacade

from lambdas.common.metrics import Metric
from stacks.catalog import CatalogStack
from stacks.components.function import StageFunction
from stacks.lake import LakeStack
from stacks.pipeline import Pipeline
from stacks.prices import PRICES, REGION, Meter
from stacks.settings import Settings

ROWS = ("Is it running?", "How far?", "How fresh?", "What does it cost?", "What is broken?", "Each function")
_HOUR, _DAY = Duration.hours(1), Duration.days(1)
_THIRD = 8
"""Of the width."""


def draw(
    facade: MonitoringFacade,
    alarms: Iterable[AlarmWithAnnotation],
    *,
    settings: Settings,
    state: dynamodb.ITableV2,
    watcher: StageFunction,
    pipeline: Pipeline,
    lake: LakeStack | None,
    catalog: CatalogStack | None,
) -> None:
    """Fill the facade's dashboard."""
    functions = [pipeline.harvester, pipeline.collector, watcher]
    functions += [lake.writer, lake.compactor, lake.gold_builder] if lake else []
    functions += [catalog.loader, catalog.function] if catalog else []
    rows = (
        _running(pipeline, watcher),
        _far(pipeline, lake, catalog),
        _fresh(lake, pipeline),
        _cost(settings, state, pipeline, functions),
        _broken(alarms, pipeline, lake, catalog),
    )
    for title, widgets in zip(ROWS, rows, strict=False):
        facade.add_large_header(title)
        facade.add_widget(cast("cloudwatch.IWidget", cloudwatch.Row(*widgets)))
    facade.add_large_header(ROWS[-1])
    for function in functions:
        facade.monitor_lambda_function(lambda_function=function, human_readable_name=function.stage)


def _running(pipeline: Pipeline, watcher: StageFunction) -> list[cloudwatch.IWidget]:
    late, paused = Metric.HOURS_OVERDUE, Metric.LINE_PAUSED
    return [
        _numbers("hours overdue, line paused", [watcher.measured(m, "Maximum", _HOUR) for m in (late, paused)]),
        _graph("ids harvested", [pipeline.harvester.measured(Metric.IDS_HARVESTED, "Sum", _HOUR)]),
        _graph(
            "messages that wait",
            [pipeline.queue.metric_approximate_number_of_messages_visible(statistic="Maximum", period=_HOUR)],
        ),
    ]


def _far(pipeline: Pipeline, lake: LakeStack | None, catalog: CatalogStack | None) -> list[cloudwatch.IWidget]:
    outcomes = (Metric.STORED, Metric.UNCHANGED, Metric.GONE, Metric.DEAD, Metric.RETRIED)
    shares = (Metric.FAILED_PERCENT, Metric.THROTTLED_PERCENT)
    measured = pipeline.collector.measured
    rows = [lake.writer.measured(Metric.ROWS_PROCESSED, "Sum", _HOUR)] if lake else []
    rows += [catalog.loader.measured(Metric.MOVIES_LOADED, "Sum", _HOUR)] if catalog else []
    return [
        _numbers("titles a day", [measured(metric, "Sum", _DAY) for metric in outcomes]),
        _graph("titles an hour", [measured(metric, "Sum", _HOUR) for metric in outcomes]),
        _graph("percent that fail, and that TMDB throttles", [measured(metric, "Average", _HOUR) for metric in shares]),
        *([_graph("rows an hour, into the lake and the catalog", rows)] if rows else []),
    ]


def _fresh(lake: LakeStack | None, pipeline: Pipeline) -> list[cloudwatch.IWidget]:
    """As the lake knows it; without one, only how old the oldest work is."""
    oldest = pipeline.queue.metric_approximate_age_of_oldest_message(statistic="Maximum", period=_HOUR)
    work = _graph("seconds that the oldest message has waited", [oldest])
    if lake is None:
        return [work]
    measured = lake.gold_builder.measured
    least = measured(Metric.COVERAGE_PERCENT, "Minimum", _DAY)
    age, again = measured(Metric.OLDEST_FETCH_DAYS, "Maximum", _DAY), measured(Metric.IDS_REFRESHED, "Sum", _DAY)
    return [
        _numbers("least coverage in percent, oldest fetch in days", [least, age]),
        _graph("ids fetched again for their age", [again]),
        work,
    ]


def _cost(
    settings: Settings, state: dynamodb.ITableV2, pipeline: Pipeline, functions: Iterable[StageFunction]
) -> list[cloudwatch.IWidget]:
    """Dollars a day by what was used, at list price; what is paid for by the month is said below."""
    queue, collector = pipeline.queue, pipeline.collector
    sent = (queue.metric_number_of_messages_sent, queue.metric_number_of_messages_received)
    seen = (queue.metric_number_of_messages_deleted, queue.metric_number_of_empty_receives)
    lambdas = chain.from_iterable(
        (
            (function.metric_duration(statistic="Sum", period=_DAY), _a_millisecond(function)),
            (function.metric_invocations(statistic="Sum", period=_DAY), _price("lambda request")),
        )
        for function in functions
    )
    groups = (
        cloudwatch.Metric(
            namespace="AWS/Logs",
            metric_name="IncomingBytes",
            dimensions_map={"LogGroupName": function.own_logs.log_group_name},
            statistic="Sum",
            period=_DAY,
        )
        for function in functions
    )
    table = (
        (state.metric_consumed_write_capacity_units(statistic="Sum", period=_DAY), _price("dynamodb write")),
        (state.metric_consumed_read_capacity_units(statistic="Sum", period=_DAY), _price("dynamodb read")),
    )
    dollars = [
        _dollars("functions", lambdas),
        _dollars("queue", ((metric(statistic="Sum", period=_DAY), _price("sqs request")) for metric in (*sent, *seen))),
        _dollars("state table", table),
        _dollars("logs", ((group, _price("log GB") / 1e9) for group in groups)),
    ]
    if not settings.edge:
        stored = collector.measured(Metric.STORED, "Sum", _DAY)
        dollars.append(_dollars("titles put to S3", [(stored, _price("s3 PUT"))]))
    words = (
        f"List prices of {REGION}, without seasons, what is stored and what is paid for by the "
        f"month. `tmdb plan --dataset movie --stage {settings.stage}` says what a month comes to, part by part."
    )
    return [
        cloudwatch.GraphWidget(width=_THIRD, title="dollars a day", left=dollars, stacked=True),
        cloudwatch.SingleValueWidget(width=_THIRD, title="dollars, the last day", metrics=dollars),
        cloudwatch.TextWidget(width=_THIRD, markdown=words),
    ]


def _broken(
    alarms: Iterable[AlarmWithAnnotation], pipeline: Pipeline, lake: LakeStack | None, catalog: CatalogStack | None
) -> list[cloudwatch.IWidget]:
    """All alarms, and what went wrong on the last day, be it too little for one."""
    wrong = [(pipeline.harvester, Metric.HARVESTS_REFUSED)]
    collector = (Metric.LINE_STOPPED, Metric.SEASONS_MISSING, Metric.UNKNOWN_FIELDS)
    wrong += [(pipeline.collector, metric) for metric in collector]
    if lake:
        wrong += [(lake.writer, metric) for metric in (Metric.ROWS_QUARANTINED, Metric.UNKNOWN_COLUMNS)]
        wrong += [(lake.gold_builder, Metric.TABLES_FAILED)]
    if catalog:
        wrong += [(catalog.loader, metric) for metric in (Metric.MOVIES_REJECTED, Metric.OBJECTS_FAILED)]
    numbers = [function.measured(metric, "Sum", _DAY) for function, metric in wrong]
    least = [lake.writer.measured(Metric.PASS_PERCENT, "Minimum", _DAY)] if lake else []
    return [
        cloudwatch.AlarmStatusWidget(alarms=[raised.alarm for raised in alarms], width=3 * _THIRD, height=6),
        cloudwatch.SingleValueWidget(width=3 * _THIRD, title="what went wrong in a day", metrics=[*numbers, *least]),
    ]


def _dollars(what: str, used: Iterable[tuple[cloudwatch.Metric, float]]) -> cloudwatch.MathExpression:
    """The sum of metrics, each by its price."""
    names = {f"{what.split(maxsplit=1)[0]}{number}": pair for number, pair in enumerate(used)}
    return cloudwatch.MathExpression(
        expression=" + ".join(f"FILL({name}, 0) * {price:.12f}" for name, (_, price) in names.items()),
        using_metrics={name: metric for name, (metric, _) in names.items()},
        label=what,
        period=_DAY,
    )


def _a_millisecond(function: StageFunction) -> float:
    return _price("lambda GB-second") * function.memory / 1024 / 1000


def _price(meter: Meter) -> float:
    return PRICES[meter].dollars


def _numbers(title: str, metrics: list[cloudwatch.Metric]) -> cloudwatch.IWidget:
    return cloudwatch.SingleValueWidget(width=_THIRD, title=title, metrics=metrics)


def _graph(title: str, metrics: list[cloudwatch.Metric]) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(width=_THIRD, title=title, left=metrics)
