"""Bodies made from the schema itself, with every quirk of TMDB in every place."""

from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from hypothesis import strategies as st

from tests.unit.common.bodies.schema import fields_of, key_of, value_of

_finite = st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
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
        body[draw(st.sampled_from(["unheard_of", "meta", "watch_providers", "id_"]))] = draw(json_values)
    return body


def values(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    """Values of a field."""
    if field.message_type is None:
        return st.lists(scalar(field), max_size=3) if field.is_repeated else scalar(field)
    if field.message_type.GetOptions().map_entry:
        return st.dictionaries(_keys, bodies(value_of(field.message_type)), max_size=3)
    one = bodies(field.message_type)
    return st.lists(one, max_size=4) if field.is_repeated else one


def plain(body: Any) -> bool:
    """Whether JSON's parser takes the numbers of `body` as they are: not those that are too large for it."""
    if isinstance(body, dict):
        return all(plain(value) for value in body.values())
    if isinstance(body, list):
        return all(plain(value) for value in body)
    return not isinstance(body, int) or -(2**63) <= body < 2**63
