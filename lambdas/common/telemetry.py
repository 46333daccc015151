"""The one logger and the one set of metrics of every function.

Log events are constant names with fields, one line a batch: `logger.info("batch.collected", extra={...})`. Metrics
are CloudWatch's embedded format: a log line too, so they cost no call.
"""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger()
metrics = Metrics(namespace="Tmdb")


def count(dataset: str, **values: float) -> None:
    """Add counts of one dataset to the invocation's metrics; the handler's decorator writes them out."""
    metrics.add_dimension("dataset", dataset)
    for name, value in values.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
