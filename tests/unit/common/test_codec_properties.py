"""Bodies made from the schema itself, with every quirk of TMDB in every place, lose nothing."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lambdas.common import codec
from lambdas.common.datasets import DATASETS
from tests.unit.common.bodies import differences
from tests.unit.common.bodies.made import bodies, json_values, plain
from tests.unit.common.bodies.schema import fields_of, key_of, known_part, places, schema

NAMES = [*DATASETS, "season", "episode", "reviews"]
AT = 1_700_000_000


def check(dataset: str, body: dict[str, Any]) -> None:
    """Fail unless `body` comes back whole, but for what is reported as unknown."""
    encoded = codec.convert(dataset, body, fetched_at=AT)
    unknown: set[str] = set()
    expected = known_part(body, schema(dataset), "", unknown)
    assert list(differences(expected, codec.decode(dataset, encoded.blob))) == []
    assert set(encoded.unknown) == unknown


@pytest.mark.parametrize("dataset", NAMES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_nothing_is_lost_of_any_body_the_schema_allows(dataset: str, data: st.DataObject) -> None:
    """Present, null, empty, written as text or unknown, at any depth: the way there and back changes nothing."""
    body = data.draw(bodies(schema(dataset)))
    assume(not body or any(key_of(field) in body for field in fields_of(schema(dataset))))  # else of no kind at all
    check(dataset, body)
    blob = codec.encode(dataset, json.dumps(body).encode(), fetched_at=AT) if plain(body) else None
    assert blob is None or codec.metadata(blob).dataset == dataset


@pytest.mark.parametrize("dataset", NAMES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_value_in_any_place_is_kept_or_refused(dataset: str, data: st.DataObject) -> None:
    """A value of the wrong kind anywhere is either representable and kept, or an error; never changed."""
    body = data.draw(bodies(schema(dataset)))
    found = places(body)
    assume(found)
    container, key = data.draw(st.sampled_from(found))
    container[key] = data.draw(json_values)
    with suppress(codec.Unrepresentable):
        check(dataset, body)
