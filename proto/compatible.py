"""What a change of the schema must not do: give objects at the edge another meaning, or break readers."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorSet

_COMPARED = ("name", "type", "type_name", "label", "json_name", "proto3_optional", "options")


def breaches(old: FileDescriptorSet, new: FileDescriptorSet) -> list[str]:
    """Return a sentence for each message or field of `old` that `new` no longer has as it was.

    A field may go only if its number and its name are reserved. A list that is added to a message must be
    `absent_when_empty`: older objects of that message had none.
    """
    after = dict(_messages(new))
    found: list[str] = []
    for name, message in _messages(old):
        if name in after:
            found += _changes(name, message, after[name])
        else:
            found.append(f"message {name} is gone")
    return found


def _messages(files: FileDescriptorSet) -> Iterator[tuple[str, DescriptorProto]]:
    def nested(prefix: str, messages: Any) -> Iterator[tuple[str, DescriptorProto]]:
        for message in messages:
            yield f"{prefix}{message.name}", message
            yield from nested(f"{prefix}{message.name}.", message.nested_type)

    for file in files.file:
        yield from nested(f"{file.package}.", file.message_type)


def _changes(name: str, old: DescriptorProto, new: DescriptorProto) -> Iterator[str]:
    before = {field.number: field for field in old.field}
    after = {field.number: field for field in new.field}
    for number, field in before.items():
        if number in after:
            changed = [what for what in _COMPARED if _value(field, what) != _value(after[number], what)]
            if changed:
                yield f"{name}.{field.name} = {number} has another {', '.join(changed)}"
        elif not _reserved(new, field):
            yield f"{name}.{field.name} = {number} is gone and not reserved"
    for number in after.keys() - before.keys():
        field = after[number]
        if field.label == field.LABEL_REPEATED and not field.HasField("options"):
            yield f"{name}.{field.name} = {number} is a new list and not (absent_when_empty)"


def _value(field: FieldDescriptorProto, what: str) -> Any:
    value = getattr(field, what)
    return value.SerializeToString(deterministic=True) if what == "options" else value


def _reserved(message: DescriptorProto, field: FieldDescriptorProto) -> bool:
    """The number and the name; protobuf's ranges leave their end out."""
    numbers = any(span.start <= field.number < span.end for span in message.reserved_range)
    return numbers and field.name in message.reserved_name
