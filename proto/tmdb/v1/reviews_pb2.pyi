from proto.tmdb.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Reviews(_message.Message):
    __slots__ = ("meta", "id", "results")
    META_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    meta: _common_pb2.Meta
    id: int
    results: _containers.RepeatedCompositeFieldContainer[_common_pb2.Review]
    def __init__(self, meta: _Optional[_Union[_common_pb2.Meta, _Mapping]] = ..., id: _Optional[int] = ..., results: _Optional[_Iterable[_Union[_common_pb2.Review, _Mapping]]] = ...) -> None: ...
