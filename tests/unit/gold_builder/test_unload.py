"""Building gold on Athena: its files replace the old ones when they are complete, and not before."""

import re
from pathlib import Path

import obstore
import pytest
import sqlglot
from obstore.store import LocalStore

from lambdas.common.athena import Athena
from lambdas.common.errors import BadInput
from lambdas.common.gold import GOLD
from lambdas.common.lake import Lake
from lambdas.gold_builder.unload import unload
from tests.unit.collector.world import FakeClock
from tests.unit.common.fake_athena import FakeAthena
from tests.unit.common.sample_lake import DATE

OLD = ("gold/genre_stats/part-0.parquet", "gold/genre_stats/part-1.parquet", "gold/genre_stats/part-2.parquet")


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    """A store with a table of three files."""
    made = LocalStore(tmp_path)
    for key in OLD:
        obstore.put(made, key, b"old")
    return made


async def built(store: LocalStore, client: FakeAthena) -> None:
    """Build genre_stats on `client`."""
    athena = Athena(client, workgroup="tmdb-prod", database="tmdb_prod", clock=FakeClock())
    await unload("genre_stats", DATE, athena=athena, bucket="lake", lake=Lake(store), build_id="b1")


def contents(store: LocalStore) -> dict[str, bytes]:
    """All objects."""
    keys = [meta["path"] for page in obstore.list(store) for meta in page]
    return {key: bytes(obstore.get(store, key).bytes()) for key in keys}


async def test_what_athena_wrote_replaces_the_table(store: LocalStore) -> None:
    """Its files take the places of the old ones, those left over go, and nothing stays in between."""

    def write(sql: str) -> None:
        found = re.search(r"TO 's3://lake/(\S+)'", sql)
        assert found
        assert contents(store) == dict.fromkeys(OLD, b"old")
        for part in ("20261125_a", "20261125_b"):
            obstore.put(store, f"{found[1]}{part}", part.encode())

    await built(store, FakeAthena(finish=write))
    assert contents(store) == {OLD[0]: b"20261125_a", OLD[1]: b"20261125_b"}


async def test_an_empty_table_has_no_files(store: LocalStore) -> None:
    """Athena writes none for no rows."""
    await built(store, FakeAthena())
    assert contents(store) == {}


async def test_a_failure_leaves_the_table(store: LocalStore) -> None:
    """Readers go on with the old rows."""
    with pytest.raises(BadInput):
        await built(store, FakeAthena(fails={"State": "FAILED", "StateChangeReason": "no"}))
    assert contents(store) == dict.fromkeys(OLD, b"old")


@pytest.mark.parametrize("table", GOLD)
async def test_the_same_file_is_what_athena_runs(tmp_path: Path, table: str) -> None:
    """The text between UNLOAD ( and ) is one Trino query, with the date in it."""
    client = FakeAthena()
    athena = Athena(client, workgroup="w", database="d", clock=FakeClock())
    await unload(table, DATE, athena=athena, bucket="lake", lake=Lake(LocalStore(tmp_path)), build_id="b1")
    sql = client.started[0]["QueryString"]
    found = re.fullmatch(
        rf"UNLOAD \((.*)\) TO 's3://lake/gold-staging/{table}/b1/' WITH \(format = 'PARQUET', compression = 'ZSTD'\)",
        sql,
    )
    assert found
    assert len(sqlglot.parse(found[1], read="trino")) == 1
    assert ":date" not in sql
