"""Logs and metrics: event names are constants, and every metric is one that is declared."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.warnings import PowertoolsUserWarning

from lambdas.common.metrics import Metric, percent
from lambdas.common.telemetry import measure, metrics

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted((ROOT / "lambdas").rglob("*.py"))
_LEVELS = ("info", "warning", "error", "exception")


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a module, with its name as it is written."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_log_events_are_constant_names() -> None:
    """`batch.collected`, and what there is to say of it as fields: so that a query finds all of a kind."""
    names = set()
    for path in MODULES:
        for name, call in calls(path):
            if name in {f"logger.{level}" for level in _LEVELS}:
                (event,) = call.args
                assert isinstance(event, ast.Constant) and re.fullmatch(r"[a-z]+\.[a-z_]+", str(event.value)), path
                assert {keyword.arg for keyword in call.keywords} <= {"extra", "exc_info"}, path
                names.add(event.value)
    assert {"batch.collected", "harvest.finished", "line.stopped", "stage.watched"} <= names


def test_metrics_are_emitted_by_their_declared_names_only() -> None:
    """Nobody but `measure` adds a metric or a dimension, and what is declared is emitted, by its service alone."""
    emitted: dict[str, set[str]] = {}
    for path in MODULES:
        for name, _ in calls(path):
            if name.endswith(("add_metric", "add_dimension", "single_metric")):
                assert path == ROOT / "lambdas" / "common" / "telemetry.py"
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Metric":
                emitted.setdefault(node.attr, set()).add(path.parent.name)
    assert emitted == {metric.name: {metric.service} for metric in Metric}


def test_values_of_one_metric_are_all_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """The least and the greatest of several datasets can be asked for."""
    measure({Metric.COVERAGE_PERCENT: 99.5})
    measure({Metric.COVERAGE_PERCENT: 70.0, Metric.IDS_REFRESHED: 3})
    metrics.flush_metrics()
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (told["coverage_percent"], told["ids_refreshed"]) == ([99.5, 70.0], [3.0])
    (emf,) = told["_aws"]["CloudWatchMetrics"]
    assert (emf["Dimensions"], told["service"]) == ([["service"]], "gold_builder")
    assert {metric["Name"]: metric["Unit"] for metric in emf["Metrics"]} == {
        "coverage_percent": "Percent",
        "ids_refreshed": "Count",
    }


def test_a_metric_of_another_function_is_found_out() -> None:
    """One invocation speaks for one service."""
    try:
        with pytest.warns(PowertoolsUserWarning, match="already been added"):
            measure({Metric.STORED: 1, Metric.HOURS_OVERDUE: 1})
    finally:
        metrics.clear_metrics()


def test_a_share_of_nothing_is_nothing() -> None:
    """A batch without answers has no share of bad ones."""
    assert (percent(1, 4), percent(0, 0)) == (25.0, 0.0)
