"""The schema as the catalog's page reads it: a table for its protobuf reader, and types for who edits it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorSet

_GENERATED = "Generated from proto/ by `make proto`; do not edit."
_SCALARS: Mapping[int, tuple[str, str]] = {
    FieldDescriptorProto.TYPE_BOOL: ("bool", "boolean"),
    FieldDescriptorProto.TYPE_DOUBLE: ("double", "number"),
    FieldDescriptorProto.TYPE_INT32: ("int32", "number"),
    FieldDescriptorProto.TYPE_INT64: ("int64", "number"),
    FieldDescriptorProto.TYPE_STRING: ("string", "string"),
}
"""Names in protobuf and in TypeScript; a type that is not here is one that the page cannot read yet."""

Messages = Mapping[str, DescriptorProto]


def table(files: FileDescriptorSet, roots: Sequence[str]) -> str:
    """A JavaScript module: {message: {number: [name, type, "list" or "map"]}} of `roots` and all that they hold."""
    messages = _reachable(files, roots)
    rows = [
        f"  {json.dumps(name)}: {{{', '.join(_row(messages, field) for field in message.field)}}},"
        for name, message in messages.items()
    ]
    return "\n".join(
        [
            f"// {_GENERATED}",
            '/** @type {import("./protobuf.js").Schema} */',
            "export const SCHEMA = {",
            *rows,
            "};",
            "",
        ]
    )


def types(files: FileDescriptorSet, roots: Sequence[str]) -> str:
    """TypeScript interfaces of `roots` and all that they hold: lists are always there, other fields may be missing."""
    messages = _reachable(files, roots)
    lines = [f"// {_GENERATED}"]
    for name, message in messages.items():
        if not message.options.map_entry:
            fields = [f"  {_typed(messages, field)};" for field in message.field]
            lines += ["", f"export interface {_identifier(name)} {{", *fields, "}"]
    return "\n".join([*lines, ""])


def _row(messages: Messages, field: FieldDescriptorProto) -> str:
    rule = ["map"] if _is_map(messages, field) else ["list"] if _is_list(field) else []
    kind = _short(field.type_name) if field.type_name else _SCALARS[field.type][0]
    return f"{field.number}: {json.dumps([field.name, kind, *rule])}"


def _typed(messages: Messages, field: FieldDescriptorProto) -> str:
    if _is_map(messages, field):
        _, value = messages[_short(field.type_name)].field
        return f"{field.name}: Record<string, {_type(value)}>"
    return f"{field.name}: {_type(field)}[]" if _is_list(field) else f"{field.name}?: {_type(field)}"


def _type(field: FieldDescriptorProto) -> str:
    return _identifier(_short(field.type_name)) if field.type_name else _SCALARS[field.type][1]


def _is_list(field: FieldDescriptorProto) -> bool:
    return field.label == field.LABEL_REPEATED


def _is_map(messages: Messages, field: FieldDescriptorProto) -> bool:
    return bool(field.type_name) and messages[_short(field.type_name)].options.map_entry


def _reachable(files: FileDescriptorSet, roots: Sequence[str]) -> Messages:
    """Messages by their names without the package, nested ones as `WatchProviders.Offers`, in order of the names."""
    everything = {_short(name): message for file in files.file for name, message in _nested(f".{file.package}", file)}
    found: dict[str, DescriptorProto] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = everything[name]
            waiting += [_short(field.type_name) for field in found[name].field if field.type_name]
    return dict(sorted(found.items()))


def _nested(prefix: str, scope: Any) -> Iterator[tuple[str, DescriptorProto]]:
    inner: Any = scope.message_type if hasattr(scope, "message_type") else scope.nested_type
    for message in inner:
        yield f"{prefix}.{message.name}", message
        yield from _nested(f"{prefix}.{message.name}", message)


def _short(name: str) -> str:
    return name.removeprefix(".tmdb.v1.")


def _identifier(name: str) -> str:
    return name.replace(".", "")
