from proto.tmdb.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Person(_message.Message):
    __slots__ = ("meta", "id", "name", "also_known_as", "biography", "birthday", "deathday", "gender", "known_for_department", "place_of_birth", "popularity", "profile_path", "homepage", "imdb_id", "adult", "combined_credits", "movie_credits", "external_ids", "images", "tv_credits", "tagged_images", "translations", "videos", "changes")
    META_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ALSO_KNOWN_AS_FIELD_NUMBER: _ClassVar[int]
    BIOGRAPHY_FIELD_NUMBER: _ClassVar[int]
    BIRTHDAY_FIELD_NUMBER: _ClassVar[int]
    DEATHDAY_FIELD_NUMBER: _ClassVar[int]
    GENDER_FIELD_NUMBER: _ClassVar[int]
    KNOWN_FOR_DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    PLACE_OF_BIRTH_FIELD_NUMBER: _ClassVar[int]
    POPULARITY_FIELD_NUMBER: _ClassVar[int]
    PROFILE_PATH_FIELD_NUMBER: _ClassVar[int]
    HOMEPAGE_FIELD_NUMBER: _ClassVar[int]
    IMDB_ID_FIELD_NUMBER: _ClassVar[int]
    ADULT_FIELD_NUMBER: _ClassVar[int]
    COMBINED_CREDITS_FIELD_NUMBER: _ClassVar[int]
    MOVIE_CREDITS_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_IDS_FIELD_NUMBER: _ClassVar[int]
    IMAGES_FIELD_NUMBER: _ClassVar[int]
    TV_CREDITS_FIELD_NUMBER: _ClassVar[int]
    TAGGED_IMAGES_FIELD_NUMBER: _ClassVar[int]
    TRANSLATIONS_FIELD_NUMBER: _ClassVar[int]
    VIDEOS_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    meta: _common_pb2.Meta
    id: int
    name: str
    also_known_as: _containers.RepeatedScalarFieldContainer[str]
    biography: str
    birthday: str
    deathday: str
    gender: int
    known_for_department: str
    place_of_birth: str
    popularity: float
    profile_path: str
    homepage: str
    imdb_id: str
    adult: bool
    combined_credits: PersonCredits
    movie_credits: PersonCredits
    external_ids: _common_pb2.ExternalIds
    images: PersonImages
    tv_credits: PersonCredits
    tagged_images: TaggedImages
    translations: _common_pb2.Translations
    videos: _containers.RepeatedCompositeFieldContainer[_common_pb2.Video]
    changes: _common_pb2.Changes
    def __init__(self, meta: _Optional[_Union[_common_pb2.Meta, _Mapping]] = ..., id: _Optional[int] = ..., name: _Optional[str] = ..., also_known_as: _Optional[_Iterable[str]] = ..., biography: _Optional[str] = ..., birthday: _Optional[str] = ..., deathday: _Optional[str] = ..., gender: _Optional[int] = ..., known_for_department: _Optional[str] = ..., place_of_birth: _Optional[str] = ..., popularity: _Optional[float] = ..., profile_path: _Optional[str] = ..., homepage: _Optional[str] = ..., imdb_id: _Optional[str] = ..., adult: _Optional[bool] = ..., combined_credits: _Optional[_Union[PersonCredits, _Mapping]] = ..., movie_credits: _Optional[_Union[PersonCredits, _Mapping]] = ..., external_ids: _Optional[_Union[_common_pb2.ExternalIds, _Mapping]] = ..., images: _Optional[_Union[PersonImages, _Mapping]] = ..., tv_credits: _Optional[_Union[PersonCredits, _Mapping]] = ..., tagged_images: _Optional[_Union[TaggedImages, _Mapping]] = ..., translations: _Optional[_Union[_common_pb2.Translations, _Mapping]] = ..., videos: _Optional[_Iterable[_Union[_common_pb2.Video, _Mapping]]] = ..., changes: _Optional[_Union[_common_pb2.Changes, _Mapping]] = ...) -> None: ...

class PersonCredits(_message.Message):
    __slots__ = ("cast", "crew")
    CAST_FIELD_NUMBER: _ClassVar[int]
    CREW_FIELD_NUMBER: _ClassVar[int]
    cast: _containers.RepeatedCompositeFieldContainer[TitleCredit]
    crew: _containers.RepeatedCompositeFieldContainer[TitleCredit]
    def __init__(self, cast: _Optional[_Iterable[_Union[TitleCredit, _Mapping]]] = ..., crew: _Optional[_Iterable[_Union[TitleCredit, _Mapping]]] = ...) -> None: ...

class TitleCredit(_message.Message):
    __slots__ = ("id", "adult", "backdrop_path", "genre_ids", "media_type", "original_language", "overview", "popularity", "poster_path", "vote_average", "vote_count", "title", "original_title", "release_date", "video", "name", "original_name", "first_air_date", "origin_country", "softcore", "credit_id", "character", "order", "department", "job", "episode_count", "first_credit_air_date")
    ID_FIELD_NUMBER: _ClassVar[int]
    ADULT_FIELD_NUMBER: _ClassVar[int]
    BACKDROP_PATH_FIELD_NUMBER: _ClassVar[int]
    GENRE_IDS_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    OVERVIEW_FIELD_NUMBER: _ClassVar[int]
    POPULARITY_FIELD_NUMBER: _ClassVar[int]
    POSTER_PATH_FIELD_NUMBER: _ClassVar[int]
    VOTE_AVERAGE_FIELD_NUMBER: _ClassVar[int]
    VOTE_COUNT_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_TITLE_FIELD_NUMBER: _ClassVar[int]
    RELEASE_DATE_FIELD_NUMBER: _ClassVar[int]
    VIDEO_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_NAME_FIELD_NUMBER: _ClassVar[int]
    FIRST_AIR_DATE_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_COUNTRY_FIELD_NUMBER: _ClassVar[int]
    SOFTCORE_FIELD_NUMBER: _ClassVar[int]
    CREDIT_ID_FIELD_NUMBER: _ClassVar[int]
    CHARACTER_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    EPISODE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FIRST_CREDIT_AIR_DATE_FIELD_NUMBER: _ClassVar[int]
    id: int
    adult: bool
    backdrop_path: str
    genre_ids: _containers.RepeatedScalarFieldContainer[int]
    media_type: str
    original_language: str
    overview: str
    popularity: float
    poster_path: str
    vote_average: float
    vote_count: int
    title: str
    original_title: str
    release_date: str
    video: bool
    name: str
    original_name: str
    first_air_date: str
    origin_country: _containers.RepeatedScalarFieldContainer[str]
    softcore: bool
    credit_id: str
    character: str
    order: int
    department: str
    job: str
    episode_count: int
    first_credit_air_date: str
    def __init__(self, id: _Optional[int] = ..., adult: _Optional[bool] = ..., backdrop_path: _Optional[str] = ..., genre_ids: _Optional[_Iterable[int]] = ..., media_type: _Optional[str] = ..., original_language: _Optional[str] = ..., overview: _Optional[str] = ..., popularity: _Optional[float] = ..., poster_path: _Optional[str] = ..., vote_average: _Optional[float] = ..., vote_count: _Optional[int] = ..., title: _Optional[str] = ..., original_title: _Optional[str] = ..., release_date: _Optional[str] = ..., video: _Optional[bool] = ..., name: _Optional[str] = ..., original_name: _Optional[str] = ..., first_air_date: _Optional[str] = ..., origin_country: _Optional[_Iterable[str]] = ..., softcore: _Optional[bool] = ..., credit_id: _Optional[str] = ..., character: _Optional[str] = ..., order: _Optional[int] = ..., department: _Optional[str] = ..., job: _Optional[str] = ..., episode_count: _Optional[int] = ..., first_credit_air_date: _Optional[str] = ...) -> None: ...

class PersonImages(_message.Message):
    __slots__ = ("profiles",)
    PROFILES_FIELD_NUMBER: _ClassVar[int]
    profiles: _containers.RepeatedCompositeFieldContainer[_common_pb2.Image]
    def __init__(self, profiles: _Optional[_Iterable[_Union[_common_pb2.Image, _Mapping]]] = ...) -> None: ...

class TaggedImages(_message.Message):
    __slots__ = ("page", "results", "total_pages", "total_results")
    class Tagged(_message.Message):
        __slots__ = ("aspect_ratio", "file_path", "height", "iso_639_1", "iso_3166_1", "vote_average", "vote_count", "width", "id", "image_type", "media_type", "media")
        ASPECT_RATIO_FIELD_NUMBER: _ClassVar[int]
        FILE_PATH_FIELD_NUMBER: _ClassVar[int]
        HEIGHT_FIELD_NUMBER: _ClassVar[int]
        ISO_639_1_FIELD_NUMBER: _ClassVar[int]
        ISO_3166_1_FIELD_NUMBER: _ClassVar[int]
        VOTE_AVERAGE_FIELD_NUMBER: _ClassVar[int]
        VOTE_COUNT_FIELD_NUMBER: _ClassVar[int]
        WIDTH_FIELD_NUMBER: _ClassVar[int]
        ID_FIELD_NUMBER: _ClassVar[int]
        IMAGE_TYPE_FIELD_NUMBER: _ClassVar[int]
        MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
        MEDIA_FIELD_NUMBER: _ClassVar[int]
        aspect_ratio: float
        file_path: str
        height: int
        iso_639_1: str
        iso_3166_1: str
        vote_average: float
        vote_count: int
        width: int
        id: str
        image_type: str
        media_type: str
        media: _common_pb2.TitleRef
        def __init__(self, aspect_ratio: _Optional[float] = ..., file_path: _Optional[str] = ..., height: _Optional[int] = ..., iso_639_1: _Optional[str] = ..., iso_3166_1: _Optional[str] = ..., vote_average: _Optional[float] = ..., vote_count: _Optional[int] = ..., width: _Optional[int] = ..., id: _Optional[str] = ..., image_type: _Optional[str] = ..., media_type: _Optional[str] = ..., media: _Optional[_Union[_common_pb2.TitleRef, _Mapping]] = ...) -> None: ...
    PAGE_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAGES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_RESULTS_FIELD_NUMBER: _ClassVar[int]
    page: int
    results: _containers.RepeatedCompositeFieldContainer[TaggedImages.Tagged]
    total_pages: int
    total_results: int
    def __init__(self, page: _Optional[int] = ..., results: _Optional[_Iterable[_Union[TaggedImages.Tagged, _Mapping]]] = ..., total_pages: _Optional[int] = ..., total_results: _Optional[int] = ...) -> None: ...
