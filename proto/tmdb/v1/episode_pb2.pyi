from proto.tmdb.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Episode(_message.Message):
    __slots__ = ("meta", "id", "season_number", "episode_number", "name", "overview", "air_date", "runtime", "vote_average", "vote_count", "still_path", "crew", "guest_stars", "episode_type", "show_id", "production_code", "credits", "external_ids", "images", "translations", "videos", "changes")
    META_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    SEASON_NUMBER_FIELD_NUMBER: _ClassVar[int]
    EPISODE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    OVERVIEW_FIELD_NUMBER: _ClassVar[int]
    AIR_DATE_FIELD_NUMBER: _ClassVar[int]
    RUNTIME_FIELD_NUMBER: _ClassVar[int]
    VOTE_AVERAGE_FIELD_NUMBER: _ClassVar[int]
    VOTE_COUNT_FIELD_NUMBER: _ClassVar[int]
    STILL_PATH_FIELD_NUMBER: _ClassVar[int]
    CREW_FIELD_NUMBER: _ClassVar[int]
    GUEST_STARS_FIELD_NUMBER: _ClassVar[int]
    EPISODE_TYPE_FIELD_NUMBER: _ClassVar[int]
    SHOW_ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCTION_CODE_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_IDS_FIELD_NUMBER: _ClassVar[int]
    IMAGES_FIELD_NUMBER: _ClassVar[int]
    TRANSLATIONS_FIELD_NUMBER: _ClassVar[int]
    VIDEOS_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    meta: _common_pb2.Meta
    id: int
    season_number: int
    episode_number: int
    name: str
    overview: str
    air_date: str
    runtime: int
    vote_average: float
    vote_count: int
    still_path: str
    crew: _containers.RepeatedCompositeFieldContainer[_common_pb2.Crew]
    guest_stars: _containers.RepeatedCompositeFieldContainer[_common_pb2.Cast]
    episode_type: str
    show_id: int
    production_code: str
    credits: _common_pb2.Credits
    external_ids: _common_pb2.ExternalIds
    images: EpisodeImages
    translations: _common_pb2.Translations
    videos: _common_pb2.Videos
    changes: _common_pb2.Changes
    def __init__(self, meta: _Optional[_Union[_common_pb2.Meta, _Mapping]] = ..., id: _Optional[int] = ..., season_number: _Optional[int] = ..., episode_number: _Optional[int] = ..., name: _Optional[str] = ..., overview: _Optional[str] = ..., air_date: _Optional[str] = ..., runtime: _Optional[int] = ..., vote_average: _Optional[float] = ..., vote_count: _Optional[int] = ..., still_path: _Optional[str] = ..., crew: _Optional[_Iterable[_Union[_common_pb2.Crew, _Mapping]]] = ..., guest_stars: _Optional[_Iterable[_Union[_common_pb2.Cast, _Mapping]]] = ..., episode_type: _Optional[str] = ..., show_id: _Optional[int] = ..., production_code: _Optional[str] = ..., credits: _Optional[_Union[_common_pb2.Credits, _Mapping]] = ..., external_ids: _Optional[_Union[_common_pb2.ExternalIds, _Mapping]] = ..., images: _Optional[_Union[EpisodeImages, _Mapping]] = ..., translations: _Optional[_Union[_common_pb2.Translations, _Mapping]] = ..., videos: _Optional[_Union[_common_pb2.Videos, _Mapping]] = ..., changes: _Optional[_Union[_common_pb2.Changes, _Mapping]] = ...) -> None: ...

class EpisodeImages(_message.Message):
    __slots__ = ("stills",)
    STILLS_FIELD_NUMBER: _ClassVar[int]
    stills: _containers.RepeatedCompositeFieldContainer[_common_pb2.Image]
    def __init__(self, stills: _Optional[_Iterable[_Union[_common_pb2.Image, _Mapping]]] = ...) -> None: ...

class EpisodeRef(_message.Message):
    __slots__ = ("id", "season_number", "episode_number", "name", "overview", "air_date", "runtime", "vote_average", "vote_count", "still_path", "episode_type", "show_id", "production_code")
    ID_FIELD_NUMBER: _ClassVar[int]
    SEASON_NUMBER_FIELD_NUMBER: _ClassVar[int]
    EPISODE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    OVERVIEW_FIELD_NUMBER: _ClassVar[int]
    AIR_DATE_FIELD_NUMBER: _ClassVar[int]
    RUNTIME_FIELD_NUMBER: _ClassVar[int]
    VOTE_AVERAGE_FIELD_NUMBER: _ClassVar[int]
    VOTE_COUNT_FIELD_NUMBER: _ClassVar[int]
    STILL_PATH_FIELD_NUMBER: _ClassVar[int]
    EPISODE_TYPE_FIELD_NUMBER: _ClassVar[int]
    SHOW_ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCTION_CODE_FIELD_NUMBER: _ClassVar[int]
    id: int
    season_number: int
    episode_number: int
    name: str
    overview: str
    air_date: str
    runtime: int
    vote_average: float
    vote_count: int
    still_path: str
    episode_type: str
    show_id: int
    production_code: str
    def __init__(self, id: _Optional[int] = ..., season_number: _Optional[int] = ..., episode_number: _Optional[int] = ..., name: _Optional[str] = ..., overview: _Optional[str] = ..., air_date: _Optional[str] = ..., runtime: _Optional[int] = ..., vote_average: _Optional[float] = ..., vote_count: _Optional[int] = ..., still_path: _Optional[str] = ..., episode_type: _Optional[str] = ..., show_id: _Optional[int] = ..., production_code: _Optional[str] = ...) -> None: ...
