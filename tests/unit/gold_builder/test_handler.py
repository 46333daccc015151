"""The gold builder's handler: one table that cannot be built keeps no other from being built, and is told of."""

from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.exceptions import GenericError
from obstore.store import LocalStore

from lambdas.common.errors import Retry
from lambdas.common.gold import GOLD
from lambdas.gold_builder import handler as entry
from lambdas.gold_builder.handler import handler
from tests.unit.lake_writer.test_handler import Context

EVENT = {"date": "2026-11-25"}


@pytest.fixture(autouse=True)
def _behind_the_handler(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample lake is the bucket."""
    monkeypatch.setenv("LAKE_BUCKET", "lake")
    monkeypatch.setattr(entry, "bucket", lambda _: store)


def test_all_tables_are_built(caplog: pytest.LogCaptureFixture) -> None:
    """An event that names none means all; the result says how many rows each has."""
    rows = handler(EVENT, Context())
    assert rows.keys() == GOLD.keys() and all(rows.values())
    assert caplog.messages == ["gold.built"]


def test_a_store_that_fails_once_costs_one_table(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The others are there, and the invocation fails, to be tried again."""
    put, lost = obstore.put, iter(["the first"])

    def fail_once(*arguments: Any, **options: Any) -> Any:
        if next(lost, None):
            raise GenericError("said the store")
        return put(*arguments, **options)

    monkeypatch.setattr(obstore, "put", fail_once)
    with pytest.raises(Retry, match=r"part-0\.parquet was not written"):
        handler(EVENT, Context())
    assert caplog.messages == ["gold.failed", "gold.built"]
    built = {Path(meta["path"]).parent.name for page in obstore.list(store, "gold/") for meta in page}
    assert built == GOLD.keys() - {next(iter(GOLD))}
