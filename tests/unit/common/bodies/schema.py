"""What the schema says of a body, told independently of the codec: which part of it is known, and what is in it."""

from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from lambdas.common import codec


def schema(dataset: str) -> Descriptor:
    """Return the descriptor of a dataset's message."""
    descriptor: Any = codec.message_type(dataset).DESCRIPTOR
    return descriptor  # type: ignore[no-any-return]  # two names for one type in types-protobuf


def key_of(field: FieldDescriptor) -> str:
    """Return TMDB's name of a field."""
    return "watch/providers" if field.name == "watch_providers" else field.name


def fields_of(message: Descriptor) -> list[FieldDescriptor]:
    """Return the fields of a message that come from TMDB."""
    return [field for field in message.fields if field.name != "meta"]


def value_of(entry: Descriptor) -> Descriptor:
    """Return the message of a map's values."""
    message = entry.fields_by_name["value"].message_type
    assert message is not None
    return message


def known_part(body: Any, message: Descriptor, pattern: str, unknown: set[str]) -> Any:
    """`body` without the keys that `message` does not have; their patterns go to `unknown`."""
    if not isinstance(body, dict):
        return body
    by_key = {key_of(field): field for field in fields_of(message)}
    kept: dict[str, Any] = {}
    for key, value in body.items():
        if key not in by_key:
            unknown.add(pattern + ascii(key)[1:-1])
            continue
        below = by_key[key].message_type
        if below is None:
            kept[key] = value
        elif below.GetOptions().map_entry and isinstance(value, dict):
            pattern_below = f"{pattern}{key}{{}}."
            kept[key] = {k: known_part(v, value_of(below), pattern_below, unknown) for k, v in value.items()}
        elif by_key[key].is_repeated and isinstance(value, list):
            kept[key] = [known_part(item, below, f"{pattern}{key}[].", unknown) for item in value]
        else:
            kept[key] = known_part(value, below, f"{pattern}{key}.", unknown)
    return kept


def places(body: Any) -> list[tuple[Any, Any]]:
    """Every container in `body` with each of its keys or positions."""
    found: list[tuple[Any, Any]] = []
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in items:
        found += [(body, key), *places(value)]
    return found
