"""Bodies made from the schema itself, with every quirk of TMDB in every place, lose nothing."""

import json
from contextlib import suppress
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lambdas.common import codec
from lambdas.common.datasets import DATASETS
from tests.unit.common.bodies import differences
from tests.unit.common.bodies.schema import fields_of, key_of, known_part, places, schema, value_of

NAMES = [*DATASETS, "season", "episode"]
AT = 1_700_000_000

_finite = st.floats(allow_nan=False, allow_infinity=False)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64) | _finite | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_keys = st.sampled_from(["US", "AE", "", "x/y", "meta"])


def scalar(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    """Values of a scalar field as TMDB may write them."""
    if field.cpp_type == field.CPPTYPE_STRING:
        return st.text(max_size=8) | st.sampled_from(["", "0", "null", "\u200b", "a\r\nb", "/https://x"])
    if field.cpp_type == field.CPPTYPE_BOOL:
        return st.booleans()
    if field.cpp_type == field.CPPTYPE_DOUBLE:
        small = st.integers(-(2**53), 2**53)
        return _finite | small | _finite.map(repr) | small.map(str)
    bits = 31 if field.cpp_type == field.CPPTYPE_INT32 else 63
    whole = st.integers(-(2**bits), 2**bits - 1)
    return whole | whole.map(str) | st.integers(-(2**31), 2**31 - 1).map(float)


@st.composite
def bodies(draw: st.DrawFn, message: Descriptor) -> dict[str, Any]:
    """A body with some of the fields of `message`, null in some of them, and now and then one nobody knows."""
    known = fields_of(message)
    chosen = draw(st.lists(st.sampled_from(known), max_size=5, unique_by=lambda field: field.number))
    body: dict[str, Any] = {}
    for field in chosen:
        body[key_of(field)] = None if draw(st.integers(0, 9)) == 0 else draw(values(field))
    if draw(st.integers(0, 19)) == 0:
        body[draw(st.sampled_from(["unheard_of", "meta", "watch_providers", "id_"]))] = draw(_json)
    return body


def values(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    """Values of a field."""
    if field.message_type is None:
        return st.lists(scalar(field), max_size=3) if field.is_repeated else scalar(field)
    if field.message_type.GetOptions().map_entry:
        return st.dictionaries(_keys, bodies(value_of(field.message_type)), max_size=3)
    one = bodies(field.message_type)
    return st.lists(one, max_size=4) if field.is_repeated else one


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
    blob = codec.encode(dataset, json.dumps(body).encode(), fetched_at=AT) if _plain(body) else None
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
    container[key] = data.draw(_json)
    with suppress(codec.Unrepresentable):
        check(dataset, body)


def _plain(body: Any) -> bool:
    """Whether JSON's parser takes the numbers of `body` as they are: not those that are too large for it."""
    if isinstance(body, dict):
        return all(_plain(value) for value in body.values())
    if isinstance(body, list):
        return all(_plain(value) for value in body)
    return not isinstance(body, int) or -(2**63) <= body < 2**63
