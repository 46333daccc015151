"""The columns of the lake's tables: every field of a message, in words of DuckDB, of Hive and of Trino."""

import pytest
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool

from lambdas.common.columns import Column, ListOf, Struct, columns_of
from lambdas.common.tables import TABLES
from proto.tmdb.v1.common_pb2 import TitleRef, WatchProviders
from proto.tmdb.v1.keyword_pb2 import Keyword
from proto.tmdb.v1.movie_pb2 import Movie
from tests.unit.common.bodies.schema import schema


def test_columns_are_the_fields_by_number() -> None:
    """The order of a table is that of the field numbers, so a new field comes last; our own `meta` is no column."""
    names = [column.name for column in columns_of(schema("movie"))]
    assert names[:3] == ["id", "title", "original_title"]
    assert names == [field.name for field in sorted(schema("movie").fields, key=lambda f: f.number)][1:]


def test_types_in_duckdb_hive_and_trino() -> None:
    """Each kind of field has its type in all three."""
    (flatrate,) = [column for column in columns_of(WatchProviders.Offers.DESCRIPTOR) if column.name == "rent"]
    provider = "struct<display_priority:int,logo_path:string,provider_id:int,provider_name:string>"
    assert flatrate.type.hive == f"array<{provider}>"
    (results,) = columns_of(WatchProviders.DESCRIPTOR)
    assert results.type.hive.startswith("map<string,struct<link:string,flatrate:array<struct<display_priority:int,")
    assert results.type.duckdb.startswith('MAP(VARCHAR, STRUCT("link" VARCHAR, "flatrate" STRUCT(')
    assert results.type.trino.startswith('map(varchar, row("link" varchar, "flatrate" array(row("display_priority" int')
    kinds = {column.name: column.type.duckdb for column in columns_of(TitleRef.DESCRIPTOR)}
    assert (kinds["id"], kinds["popularity"], kinds["adult"]) == ("INTEGER", "DOUBLE", "BOOLEAN")
    assert (kinds["genre_ids"], kinds["origin_country"]) == ("INTEGER[]", "VARCHAR[]")
    money = {column.name: column.type for column in columns_of(Movie.DESCRIPTOR)}["revenue"]
    assert (money.duckdb, money.hive, money.trino) == ("BIGINT", "bigint", "bigint")
    assert Struct(columns_of(Keyword.DESCRIPTOR)).hive == "struct<id:int,name:string>"


def test_only_a_part_of_a_title_has_another_key() -> None:
    """`watch/providers` at the top is the one key that is not its column's name: the lake's SQL relies on it."""

    def renamed(columns: tuple[Column, ...], depth: int) -> list[tuple[str, int]]:
        found = [(column.key, depth) for column in columns if column.key != column.name]
        for column in columns:
            item = column.type.item if isinstance(column.type, ListOf) else column.type
            found += renamed(item.columns, depth + 1) if isinstance(item, Struct) else []
        return found

    keys = {key for table in TABLES.values() for key in renamed(table.columns, 0)}
    assert keys == {("watch/providers", 0)}


def test_a_type_without_a_column_is_refused() -> None:
    """A field that could not be told to the catalog is found when the module is imported, not in a query."""
    field = FieldDescriptorProto(
        name="when", number=1, type=FieldDescriptorProto.TYPE_FIXED64, label=FieldDescriptorProto.LABEL_OPTIONAL
    )
    message = DescriptorProto(name="Odd", field=[field])
    pool = DescriptorPool()
    pool.Add(FileDescriptorProto(name="odd.proto", message_type=[message]))
    with pytest.raises(ValueError, match=r"Odd\.when"):
        columns_of(pool.FindMessageTypeByName("Odd"))


def test_tables_lie_apart() -> None:
    """No table's files are in another's folder, and no two columns of a table have one name."""
    prefixes = [f"{table.prefix}/" for table in TABLES.values()]
    assert not [(a, b) for a in prefixes for b in prefixes if a != b and a.startswith(b)]
    assert len(set(prefixes)) == len(prefixes)
    for table in TABLES.values():
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names) and "dt" not in names and set(table.key) <= set(names)
