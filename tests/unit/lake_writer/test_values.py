"""Values in are values out: bodies made from the schema, with every quirk of TMDB in every place, as rows."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambdas.common.columns import BIGINT, DOUBLE, INTEGER, Column, ListOf, MapOf, Struct, Type
from lambdas.common.datasets import DATASETS
from lambdas.common.tables import TABLES
from tests.unit.common.bodies.made import bodies, json_values, plain
from tests.unit.common.bodies.schema import places, schema
from tests.unit.lake_writer.world import NOON, RUN, World, line

TITLES = [name for name, dataset in DATASETS.items() if not dataset.paged and not dataset.found_by]
RULED = {"title", "name", "vote_average", "vote_count", "popularity", "birthday", "deathday"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """For all examples: each has a lake of its own."""
    return tmp_path_factory.mktemp("values")


def expected(kind: Type, value: Any) -> Any:
    """What a column of this type holds of a value in a body."""
    if value is None:
        return None
    match kind:
        case ListOf(item):
            return [expected(item, one) for one in value]
        case MapOf(item):
            return {key: expected(item, one) for key, one in value.items()}
        case Struct(columns):
            return record(columns, value)
    if kind in (INTEGER, BIGINT):
        return int(value)
    return float(value) if kind == DOUBLE else value


def record(columns: tuple[Column, ...], body: dict[str, Any]) -> dict[str, Any]:
    """What the columns hold of a body."""
    return {column.name: expected(column.type, body.get(column.key)) for column in columns}


def fine(body: dict[str, Any], id: int) -> dict[str, Any]:
    """The body with nothing in it that quality looks at."""
    kept = {key: value for key, value in body.items() if key not in RULED and not key.endswith("_date")}
    return kept | {"id": id, "title": "T", "name": "N"}


def write(folder: Any, dataset: str, made: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], World]:
    """Write bodies as one object; gives them, and the lake."""
    world = World(folder)
    named = [body if plain(body) else {"id": body["id"], "title": "T", "name": "N"} for body in made]
    world.take(*(line(body, run=f"{dataset}-{RUN}", at=NOON) for body in named), dataset=dataset)
    return named, world


@pytest.mark.parametrize("dataset", TITLES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_value_of_any_body_the_schema_allows_is_in_its_column(
    folder: Any, dataset: str, data: st.DataObject
) -> None:
    """Present, null, empty, written as text, or whole with a fraction of 0, at any depth."""
    drawn = data.draw(st.lists(bodies(schema(dataset)), min_size=1, max_size=5))
    made, world = write(folder, dataset, [fine(body, id) for id, body in enumerate(drawn, 1)])
    table = TABLES[f"silver_{dataset}"]
    held = tuple(column for column in table.columns if column not in table.own)
    rows = [{name: row[name] for name in record(held, {})} for row in world.rows(table.name, "id")]
    assert rows == [record(held, body) for body in made]


@pytest.mark.parametrize("dataset", ["movie", "tv"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_value_in_any_place_is_kept_or_refused(folder: Any, dataset: str, data: st.DataObject) -> None:
    """A value of the wrong kind is never made into one of the right kind: its row waits in quarantine."""
    body = fine(data.draw(bodies(schema(dataset))), 1)
    container, key = data.draw(
        st.sampled_from([place for place in places(body) if place[1] not in ("id", "title", "name")] or [({}, 0)])
    )
    container[key] = data.draw(json_values)
    others = [{"id": id, "title": "T", "name": "N"} for id in range(2, 12)]
    (changed, *_), world = write(folder, dataset, [body, *others])
    refused = world.rows(f"quarantine_{dataset}")
    assert len(refused) + len(world.rows(f"silver_{dataset}")) == 11
    if refused:
        assert json.loads(refused[0]["body"]) == changed
        return
    table = TABLES[f"silver_{dataset}"]
    held = tuple(column for column in table.columns if column not in table.own)
    row = world.rows(table.name, "id")[0]
    assert {name: row[name] for name in record(held, {})} == record(held, changed)
