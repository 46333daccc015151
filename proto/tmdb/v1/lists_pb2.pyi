from proto.tmdb.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MovieList(_message.Message):
    __slots__ = ("meta", "page", "results", "total_pages", "total_results", "dates")
    META_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAGES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_RESULTS_FIELD_NUMBER: _ClassVar[int]
    DATES_FIELD_NUMBER: _ClassVar[int]
    meta: _common_pb2.Meta
    page: int
    results: _containers.RepeatedCompositeFieldContainer[_common_pb2.TitleRef]
    total_pages: int
    total_results: int
    dates: ListDates
    def __init__(self, meta: _Optional[_Union[_common_pb2.Meta, _Mapping]] = ..., page: _Optional[int] = ..., results: _Optional[_Iterable[_Union[_common_pb2.TitleRef, _Mapping]]] = ..., total_pages: _Optional[int] = ..., total_results: _Optional[int] = ..., dates: _Optional[_Union[ListDates, _Mapping]] = ...) -> None: ...

class TvList(_message.Message):
    __slots__ = ("meta", "page", "results", "total_pages", "total_results", "dates")
    META_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAGES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_RESULTS_FIELD_NUMBER: _ClassVar[int]
    DATES_FIELD_NUMBER: _ClassVar[int]
    meta: _common_pb2.Meta
    page: int
    results: _containers.RepeatedCompositeFieldContainer[_common_pb2.TitleRef]
    total_pages: int
    total_results: int
    dates: ListDates
    def __init__(self, meta: _Optional[_Union[_common_pb2.Meta, _Mapping]] = ..., page: _Optional[int] = ..., results: _Optional[_Iterable[_Union[_common_pb2.TitleRef, _Mapping]]] = ..., total_pages: _Optional[int] = ..., total_results: _Optional[int] = ..., dates: _Optional[_Union[ListDates, _Mapping]] = ...) -> None: ...

class ListDates(_message.Message):
    __slots__ = ("maximum", "minimum")
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    maximum: str
    minimum: str
    def __init__(self, maximum: _Optional[str] = ..., minimum: _Optional[str] = ...) -> None: ...
