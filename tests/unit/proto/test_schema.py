"""Rules of the schema itself: what the codec relies on, and what keeps objects at the edge readable."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorSet

from lambdas.common.codec import message_type
from lambdas.common.datasets import DATASETS
from lambdas.common.shape import shape_of
from proto.compatible import breaches
from proto.generate import DESCRIPTORS, PAGE, ROOT, generate

NAMES = [*DATASETS, "season", "episode", "reviews"]
COMMITTED = (ROOT / DESCRIPTORS).read_bytes()


def messages(message: Any, seen: set[str]) -> Iterator[Any]:
    """Yield a message type and all that it uses."""
    if message.full_name not in seen:
        seen.add(message.full_name)
        yield message
        for field in message.fields:
            if field.message_type is not None:
                yield from messages(field.message_type, seen)


def test_what_is_committed_is_what_protoc_makes(tmp_path: Path) -> None:
    """Generated code, descriptors and the page's schema are current: `make proto` would change nothing."""
    generate(tmp_path)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    committed = {path.relative_to(ROOT) for path in ROOT.glob("proto/tmdb/*/*_pb2.py*")}
    committed |= {DESCRIPTORS, PAGE / "schema.js", PAGE / "types.d.ts"}
    assert committed == made.keys()
    assert [str(path) for path, made_of in made.items() if (ROOT / path).read_bytes() != made_of] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_object_begins_with_meta(name: str) -> None:
    """`meta` is field 1 of every stored message, so that any object can be asked what it is."""
    meta = message_type(name).DESCRIPTOR.fields_by_name["meta"]
    assert meta.number == 1
    assert meta.message_type is not None
    assert meta.message_type.full_name == "tmdb.v1.Meta"


@pytest.mark.parametrize("name", NAMES)
def test_every_single_field_has_presence(name: str) -> None:
    """A field that was not sent can be told from 0 and ""; lists are of what protobuf checks strictly."""
    lax = {FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_BOOL}
    for message in messages(message_type(name).DESCRIPTOR, set()):
        if not message.GetOptions().map_entry:
            for field in message.fields:
                assert field.is_repeated or field.has_presence, field.full_name
                assert not (field.is_repeated and field.cpp_type in lax), field.full_name


@pytest.mark.parametrize("name", DATASETS)
def test_every_appended_part_is_a_field(name: str) -> None:
    """What the collector asks for has a place in the message."""
    assert set(DATASETS[name].parts) <= shape_of(message_type(name).DESCRIPTOR).by_key.keys()


def test_the_generated_schema_is_compatible_with_itself() -> None:
    """No change is no breach."""
    schema = FileDescriptorSet.FromString(COMMITTED)
    assert breaches(schema, schema) == []


def _renumber(movie: DescriptorProto) -> None:
    movie.field[1].number = 1000


def _rename(movie: DescriptorProto) -> None:
    movie.field[1].name = "tmdb_id"


def _retype(movie: DescriptorProto) -> None:
    movie.field[1].type = FieldDescriptorProto.TYPE_STRING


def _make_list(movie: DescriptorProto) -> None:
    movie.field[1].label = FieldDescriptorProto.LABEL_REPEATED


def _drop(movie: DescriptorProto) -> None:
    del movie.field[1]


def _drop_and_reserve_the_number_only(movie: DescriptorProto) -> None:
    del movie.field[1]
    movie.reserved_range.add(start=2, end=3)


def _change_what_empty_means(movie: DescriptorProto) -> None:
    lists = [field for field in movie.field if field.name == "genres"]
    lists[0].options.MergeFromString(b"\x88\xb5\x18\x01")  # absent_when_empty = true


def _add_a_list(movie: DescriptorProto) -> None:
    label, type_ = FieldDescriptorProto.LABEL_REPEATED, FieldDescriptorProto.TYPE_STRING
    movie.field.add(name="new_list", number=1000, label=label, type=type_)


@pytest.mark.parametrize(
    "change",
    [
        _renumber,
        _rename,
        _retype,
        _make_list,
        _drop,
        _drop_and_reserve_the_number_only,
        _change_what_empty_means,
        _add_a_list,
    ],
)
def test_a_breaking_change_is_named(change: Callable[[DescriptorProto], None]) -> None:
    """A number, name, type or meaning that older objects rely on cannot change unnoticed."""
    assert len(_breaches_after(change)) == 1


def _drop_and_reserve(movie: DescriptorProto) -> None:
    _drop_and_reserve_the_number_only(movie)
    movie.reserved_name.append("id")


def _add_a_field(movie: DescriptorProto) -> None:
    label, type_ = FieldDescriptorProto.LABEL_OPTIONAL, FieldDescriptorProto.TYPE_STRING
    movie.field.add(name="new", number=1000, label=label, type=type_, proto3_optional=True)


@pytest.mark.parametrize("change", [_drop_and_reserve, _add_a_field])
def test_a_harmless_change_is_not(change: Callable[[DescriptorProto], None]) -> None:
    """The schema can grow, and shed fields whose number and name are reserved."""
    assert _breaches_after(change) == []


def test_a_message_cannot_vanish() -> None:
    """A message that objects are made of stays."""
    new = FileDescriptorSet.FromString(COMMITTED)
    file = next(file for file in new.file if file.name.endswith("/keyword.proto"))
    del file.message_type[:]
    assert breaches(FileDescriptorSet.FromString(COMMITTED), new) == ["message tmdb.v1.Keyword is gone"]


def _breaches_after(change: Callable[[DescriptorProto], None]) -> list[str]:
    new = FileDescriptorSet.FromString(COMMITTED)
    file = next(file for file in new.file if file.name.endswith("/movie.proto"))
    change(next(message for message in file.message_type if message.name == "Movie"))
    return breaches(FileDescriptorSet.FromString(COMMITTED), new)
