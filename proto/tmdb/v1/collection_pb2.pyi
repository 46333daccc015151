from proto.tmdb.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Collection(_message.Message):
    __slots__ = ("meta", "id", "name", "original_language", "original_name", "overview", "poster_path", "backdrop_path", "parts", "images", "translations", "backdrops", "posters")
    META_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_NAME_FIELD_NUMBER: _ClassVar[int]
    OVERVIEW_FIELD_NUMBER: _ClassVar[int]
    POSTER_PATH_FIELD_NUMBER: _ClassVar[int]
    BACKDROP_PATH_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    IMAGES_FIELD_NUMBER: _ClassVar[int]
    TRANSLATIONS_FIELD_NUMBER: _ClassVar[int]
    BACKDROPS_FIELD_NUMBER: _ClassVar[int]
    POSTERS_FIELD_NUMBER: _ClassVar[int]
    meta: _common_pb2.Meta
    id: int
    name: str
    original_language: str
    original_name: str
    overview: str
    poster_path: str
    backdrop_path: str
    parts: _containers.RepeatedCompositeFieldContainer[_common_pb2.TitleRef]
    images: CollectionImages
    translations: _common_pb2.Translations
    backdrops: _containers.RepeatedCompositeFieldContainer[_common_pb2.Image]
    posters: _containers.RepeatedCompositeFieldContainer[_common_pb2.Image]
    def __init__(self, meta: _Optional[_Union[_common_pb2.Meta, _Mapping]] = ..., id: _Optional[int] = ..., name: _Optional[str] = ..., original_language: _Optional[str] = ..., original_name: _Optional[str] = ..., overview: _Optional[str] = ..., poster_path: _Optional[str] = ..., backdrop_path: _Optional[str] = ..., parts: _Optional[_Iterable[_Union[_common_pb2.TitleRef, _Mapping]]] = ..., images: _Optional[_Union[CollectionImages, _Mapping]] = ..., translations: _Optional[_Union[_common_pb2.Translations, _Mapping]] = ..., backdrops: _Optional[_Iterable[_Union[_common_pb2.Image, _Mapping]]] = ..., posters: _Optional[_Iterable[_Union[_common_pb2.Image, _Mapping]]] = ...) -> None: ...

class CollectionImages(_message.Message):
    __slots__ = ("backdrops", "posters")
    BACKDROPS_FIELD_NUMBER: _ClassVar[int]
    POSTERS_FIELD_NUMBER: _ClassVar[int]
    backdrops: _containers.RepeatedCompositeFieldContainer[_common_pb2.Image]
    posters: _containers.RepeatedCompositeFieldContainer[_common_pb2.Image]
    def __init__(self, backdrops: _Optional[_Iterable[_Union[_common_pb2.Image, _Mapping]]] = ..., posters: _Optional[_Iterable[_Union[_common_pb2.Image, _Mapping]]] = ...) -> None: ...
