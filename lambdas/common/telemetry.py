"""The one logger and the one set of metrics of every function.

Log events are constant names with fields, one line a batch: `logger.info("batch.collected", extra={...})`. Metrics
are CloudWatch's embedded format: a log line too, so they cost no call. Their one dimension is `service`, whose they
are; their namespace comes from the environment that every function is given.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger, Metrics

from lambdas.common.metrics import Metric

Handler = Callable[[Any, Any], Any]

logger = Logger()
metrics = Metrics()


def measure(values: Mapping[Metric, float]) -> None:
    """Add to the invocation's metrics, all of one service; the handler's decorator writes out each value of each."""
    for metric, value in values.items():
        metrics.add_dimension("service", metric.service)
        metrics.add_metric(name=metric.label, unit=metric.unit, value=value)


def emitting(handler: Handler) -> Handler:
    """Write out an invocation's metrics at its end, if it has any: Powertools' own warns where there are none."""

    @wraps(handler)
    def with_metrics(event: Any, context: Any) -> Any:
        try:
            return handler(event, context)
        finally:
            if metrics.metric_set:
                metrics.flush_metrics()

    return with_metrics
