from proto.tmdb.v1 import common_pb2 as _common_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ImdbTitle(_message.Message):
    __slots__ = ("meta", "imdb_id", "dataset", "id", "show_id", "season_number", "episode_number")
    META_FIELD_NUMBER: _ClassVar[int]
    IMDB_ID_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    SHOW_ID_FIELD_NUMBER: _ClassVar[int]
    SEASON_NUMBER_FIELD_NUMBER: _ClassVar[int]
    EPISODE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    meta: _common_pb2.Meta
    imdb_id: str
    dataset: str
    id: int
    show_id: int
    season_number: int
    episode_number: int
    def __init__(self, meta: _Optional[_Union[_common_pb2.Meta, _Mapping]] = ..., imdb_id: _Optional[str] = ..., dataset: _Optional[str] = ..., id: _Optional[int] = ..., show_id: _Optional[int] = ..., season_number: _Optional[int] = ..., episode_number: _Optional[int] = ...) -> None: ...
