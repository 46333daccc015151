from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CatalogMovie(_message.Message):
    __slots__ = ("id", "tmdb_id", "title", "original_title", "year", "release_date", "genres", "cast", "cast_count", "popularity", "poster_path", "edge_key", "fetched_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    TMDB_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_TITLE_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    RELEASE_DATE_FIELD_NUMBER: _ClassVar[int]
    GENRES_FIELD_NUMBER: _ClassVar[int]
    CAST_FIELD_NUMBER: _ClassVar[int]
    CAST_COUNT_FIELD_NUMBER: _ClassVar[int]
    POPULARITY_FIELD_NUMBER: _ClassVar[int]
    POSTER_PATH_FIELD_NUMBER: _ClassVar[int]
    EDGE_KEY_FIELD_NUMBER: _ClassVar[int]
    FETCHED_AT_FIELD_NUMBER: _ClassVar[int]
    id: int
    tmdb_id: int
    title: str
    original_title: str
    year: int
    release_date: str
    genres: _containers.RepeatedScalarFieldContainer[str]
    cast: _containers.RepeatedScalarFieldContainer[str]
    cast_count: int
    popularity: float
    poster_path: str
    edge_key: str
    fetched_at: int
    def __init__(self, id: _Optional[int] = ..., tmdb_id: _Optional[int] = ..., title: _Optional[str] = ..., original_title: _Optional[str] = ..., year: _Optional[int] = ..., release_date: _Optional[str] = ..., genres: _Optional[_Iterable[str]] = ..., cast: _Optional[_Iterable[str]] = ..., cast_count: _Optional[int] = ..., popularity: _Optional[float] = ..., poster_path: _Optional[str] = ..., edge_key: _Optional[str] = ..., fetched_at: _Optional[int] = ...) -> None: ...

class CatalogDrop(_message.Message):
    __slots__ = ("title", "year", "cast", "genres", "tmdb_id")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    CAST_FIELD_NUMBER: _ClassVar[int]
    GENRES_FIELD_NUMBER: _ClassVar[int]
    TMDB_ID_FIELD_NUMBER: _ClassVar[int]
    title: str
    year: int
    cast: _containers.RepeatedScalarFieldContainer[str]
    genres: _containers.RepeatedScalarFieldContainer[str]
    tmdb_id: int
    def __init__(self, title: _Optional[str] = ..., year: _Optional[int] = ..., cast: _Optional[_Iterable[str]] = ..., genres: _Optional[_Iterable[str]] = ..., tmdb_id: _Optional[int] = ...) -> None: ...

class CatalogPage(_message.Message):
    __slots__ = ("movies", "total", "total_is_estimate", "next")
    MOVIES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    TOTAL_IS_ESTIMATE_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    movies: _containers.RepeatedCompositeFieldContainer[CatalogMovie]
    total: int
    total_is_estimate: bool
    next: str
    def __init__(self, movies: _Optional[_Iterable[_Union[CatalogMovie, _Mapping]]] = ..., total: _Optional[int] = ..., total_is_estimate: _Optional[bool] = ..., next: _Optional[str] = ...) -> None: ...
