from proto.tmdb.v1 import common_pb2 as _common_pb2
from proto.tmdb.v1 import episode_pb2 as _episode_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Season(_message.Message):
    __slots__ = ("meta", "id", "season_number", "name", "overview", "air_date", "poster_path", "vote_average", "episodes", "networks", "_id", "credits", "external_ids", "images", "translations", "videos", "watch_providers", "changes", "aggregate_credits")
    META_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    SEASON_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    OVERVIEW_FIELD_NUMBER: _ClassVar[int]
    AIR_DATE_FIELD_NUMBER: _ClassVar[int]
    POSTER_PATH_FIELD_NUMBER: _ClassVar[int]
    VOTE_AVERAGE_FIELD_NUMBER: _ClassVar[int]
    EPISODES_FIELD_NUMBER: _ClassVar[int]
    NETWORKS_FIELD_NUMBER: _ClassVar[int]
    _ID_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_IDS_FIELD_NUMBER: _ClassVar[int]
    IMAGES_FIELD_NUMBER: _ClassVar[int]
    TRANSLATIONS_FIELD_NUMBER: _ClassVar[int]
    VIDEOS_FIELD_NUMBER: _ClassVar[int]
    WATCH_PROVIDERS_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_CREDITS_FIELD_NUMBER: _ClassVar[int]
    meta: _common_pb2.Meta
    id: int
    season_number: int
    name: str
    overview: str
    air_date: str
    poster_path: str
    vote_average: float
    episodes: _containers.RepeatedCompositeFieldContainer[_episode_pb2.Episode]
    networks: _containers.RepeatedCompositeFieldContainer[_common_pb2.NetworkRef]
    _id: str
    credits: _common_pb2.Credits
    external_ids: _common_pb2.ExternalIds
    images: SeasonImages
    translations: _common_pb2.Translations
    videos: _common_pb2.Videos
    watch_providers: _common_pb2.WatchProviders
    changes: _common_pb2.Changes
    aggregate_credits: _common_pb2.AggregateCredits
    def __init__(self, meta: _Optional[_Union[_common_pb2.Meta, _Mapping]] = ..., id: _Optional[int] = ..., season_number: _Optional[int] = ..., name: _Optional[str] = ..., overview: _Optional[str] = ..., air_date: _Optional[str] = ..., poster_path: _Optional[str] = ..., vote_average: _Optional[float] = ..., episodes: _Optional[_Iterable[_Union[_episode_pb2.Episode, _Mapping]]] = ..., networks: _Optional[_Iterable[_Union[_common_pb2.NetworkRef, _Mapping]]] = ..., _id: _Optional[str] = ..., credits: _Optional[_Union[_common_pb2.Credits, _Mapping]] = ..., external_ids: _Optional[_Union[_common_pb2.ExternalIds, _Mapping]] = ..., images: _Optional[_Union[SeasonImages, _Mapping]] = ..., translations: _Optional[_Union[_common_pb2.Translations, _Mapping]] = ..., videos: _Optional[_Union[_common_pb2.Videos, _Mapping]] = ..., watch_providers: _Optional[_Union[_common_pb2.WatchProviders, _Mapping]] = ..., changes: _Optional[_Union[_common_pb2.Changes, _Mapping]] = ..., aggregate_credits: _Optional[_Union[_common_pb2.AggregateCredits, _Mapping]] = ...) -> None: ...

class SeasonImages(_message.Message):
    __slots__ = ("posters",)
    POSTERS_FIELD_NUMBER: _ClassVar[int]
    posters: _containers.RepeatedCompositeFieldContainer[_common_pb2.Image]
    def __init__(self, posters: _Optional[_Iterable[_Union[_common_pb2.Image, _Mapping]]] = ...) -> None: ...
