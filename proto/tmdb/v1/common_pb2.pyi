from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
ABSENT_WHEN_EMPTY_FIELD_NUMBER: _ClassVar[int]
absent_when_empty: _descriptor.FieldDescriptor

class Meta(_message.Message):
    __slots__ = ("schema_version", "fetched_at", "source", "dataset", "exceptions")
    SCHEMA_VERSION_FIELD_NUMBER: _ClassVar[int]
    FETCHED_AT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    EXCEPTIONS_FIELD_NUMBER: _ClassVar[int]
    schema_version: int
    fetched_at: int
    source: str
    dataset: str
    exceptions: _containers.RepeatedCompositeFieldContainer[ListException]
    def __init__(self, schema_version: _Optional[int] = ..., fetched_at: _Optional[int] = ..., source: _Optional[str] = ..., dataset: _Optional[str] = ..., exceptions: _Optional[_Iterable[_Union[ListException, _Mapping]]] = ...) -> None: ...

class ListException(_message.Message):
    __slots__ = ("path", "rows")
    PATH_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    path: str
    rows: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, path: _Optional[str] = ..., rows: _Optional[_Iterable[int]] = ...) -> None: ...

class Envelope(_message.Message):
    __slots__ = ("meta",)
    META_FIELD_NUMBER: _ClassVar[int]
    meta: Meta
    def __init__(self, meta: _Optional[_Union[Meta, _Mapping]] = ...) -> None: ...

class Genre(_message.Message):
    __slots__ = ("id", "name")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    id: int
    name: str
    def __init__(self, id: _Optional[int] = ..., name: _Optional[str] = ...) -> None: ...

class Country(_message.Message):
    __slots__ = ("iso_3166_1", "name")
    ISO_3166_1_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    iso_3166_1: str
    name: str
    def __init__(self, iso_3166_1: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class Language(_message.Message):
    __slots__ = ("english_name", "iso_639_1", "name")
    ENGLISH_NAME_FIELD_NUMBER: _ClassVar[int]
    ISO_639_1_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    english_name: str
    iso_639_1: str
    name: str
    def __init__(self, english_name: _Optional[str] = ..., iso_639_1: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class CompanyRef(_message.Message):
    __slots__ = ("id", "logo_path", "name", "origin_country")
    ID_FIELD_NUMBER: _ClassVar[int]
    LOGO_PATH_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_COUNTRY_FIELD_NUMBER: _ClassVar[int]
    id: int
    logo_path: str
    name: str
    origin_country: str
    def __init__(self, id: _Optional[int] = ..., logo_path: _Optional[str] = ..., name: _Optional[str] = ..., origin_country: _Optional[str] = ...) -> None: ...

class NetworkRef(_message.Message):
    __slots__ = ("id", "logo_path", "name", "origin_country")
    ID_FIELD_NUMBER: _ClassVar[int]
    LOGO_PATH_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_COUNTRY_FIELD_NUMBER: _ClassVar[int]
    id: int
    logo_path: str
    name: str
    origin_country: str
    def __init__(self, id: _Optional[int] = ..., logo_path: _Optional[str] = ..., name: _Optional[str] = ..., origin_country: _Optional[str] = ...) -> None: ...

class KeywordRef(_message.Message):
    __slots__ = ("id", "name")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    id: int
    name: str
    def __init__(self, id: _Optional[int] = ..., name: _Optional[str] = ...) -> None: ...

class TitleRef(_message.Message):
    __slots__ = ("id", "adult", "backdrop_path", "genre_ids", "media_type", "original_language", "overview", "popularity", "poster_path", "vote_average", "vote_count", "title", "original_title", "release_date", "video", "name", "original_name", "first_air_date", "origin_country", "softcore", "_id")
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
    _ID_FIELD_NUMBER: _ClassVar[int]
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
    _id: str
    def __init__(self, id: _Optional[int] = ..., adult: _Optional[bool] = ..., backdrop_path: _Optional[str] = ..., genre_ids: _Optional[_Iterable[int]] = ..., media_type: _Optional[str] = ..., original_language: _Optional[str] = ..., overview: _Optional[str] = ..., popularity: _Optional[float] = ..., poster_path: _Optional[str] = ..., vote_average: _Optional[float] = ..., vote_count: _Optional[int] = ..., title: _Optional[str] = ..., original_title: _Optional[str] = ..., release_date: _Optional[str] = ..., video: _Optional[bool] = ..., name: _Optional[str] = ..., original_name: _Optional[str] = ..., first_air_date: _Optional[str] = ..., origin_country: _Optional[_Iterable[str]] = ..., softcore: _Optional[bool] = ..., _id: _Optional[str] = ...) -> None: ...

class TitlePage(_message.Message):
    __slots__ = ("page", "results", "total_pages", "total_results")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAGES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_RESULTS_FIELD_NUMBER: _ClassVar[int]
    page: int
    results: _containers.RepeatedCompositeFieldContainer[TitleRef]
    total_pages: int
    total_results: int
    def __init__(self, page: _Optional[int] = ..., results: _Optional[_Iterable[_Union[TitleRef, _Mapping]]] = ..., total_pages: _Optional[int] = ..., total_results: _Optional[int] = ...) -> None: ...

class Cast(_message.Message):
    __slots__ = ("id", "adult", "cast_id", "character", "credit_id", "gender", "known_for_department", "name", "order", "original_name", "popularity", "profile_path")
    ID_FIELD_NUMBER: _ClassVar[int]
    ADULT_FIELD_NUMBER: _ClassVar[int]
    CAST_ID_FIELD_NUMBER: _ClassVar[int]
    CHARACTER_FIELD_NUMBER: _ClassVar[int]
    CREDIT_ID_FIELD_NUMBER: _ClassVar[int]
    GENDER_FIELD_NUMBER: _ClassVar[int]
    KNOWN_FOR_DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_NAME_FIELD_NUMBER: _ClassVar[int]
    POPULARITY_FIELD_NUMBER: _ClassVar[int]
    PROFILE_PATH_FIELD_NUMBER: _ClassVar[int]
    id: int
    adult: bool
    cast_id: int
    character: str
    credit_id: str
    gender: int
    known_for_department: str
    name: str
    order: int
    original_name: str
    popularity: float
    profile_path: str
    def __init__(self, id: _Optional[int] = ..., adult: _Optional[bool] = ..., cast_id: _Optional[int] = ..., character: _Optional[str] = ..., credit_id: _Optional[str] = ..., gender: _Optional[int] = ..., known_for_department: _Optional[str] = ..., name: _Optional[str] = ..., order: _Optional[int] = ..., original_name: _Optional[str] = ..., popularity: _Optional[float] = ..., profile_path: _Optional[str] = ...) -> None: ...

class Crew(_message.Message):
    __slots__ = ("id", "adult", "credit_id", "department", "gender", "job", "known_for_department", "name", "original_name", "popularity", "profile_path")
    ID_FIELD_NUMBER: _ClassVar[int]
    ADULT_FIELD_NUMBER: _ClassVar[int]
    CREDIT_ID_FIELD_NUMBER: _ClassVar[int]
    DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    GENDER_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    KNOWN_FOR_DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_NAME_FIELD_NUMBER: _ClassVar[int]
    POPULARITY_FIELD_NUMBER: _ClassVar[int]
    PROFILE_PATH_FIELD_NUMBER: _ClassVar[int]
    id: int
    adult: bool
    credit_id: str
    department: str
    gender: int
    job: str
    known_for_department: str
    name: str
    original_name: str
    popularity: float
    profile_path: str
    def __init__(self, id: _Optional[int] = ..., adult: _Optional[bool] = ..., credit_id: _Optional[str] = ..., department: _Optional[str] = ..., gender: _Optional[int] = ..., job: _Optional[str] = ..., known_for_department: _Optional[str] = ..., name: _Optional[str] = ..., original_name: _Optional[str] = ..., popularity: _Optional[float] = ..., profile_path: _Optional[str] = ...) -> None: ...

class Credits(_message.Message):
    __slots__ = ("cast", "crew", "guest_stars")
    CAST_FIELD_NUMBER: _ClassVar[int]
    CREW_FIELD_NUMBER: _ClassVar[int]
    GUEST_STARS_FIELD_NUMBER: _ClassVar[int]
    cast: _containers.RepeatedCompositeFieldContainer[Cast]
    crew: _containers.RepeatedCompositeFieldContainer[Crew]
    guest_stars: _containers.RepeatedCompositeFieldContainer[Cast]
    def __init__(self, cast: _Optional[_Iterable[_Union[Cast, _Mapping]]] = ..., crew: _Optional[_Iterable[_Union[Crew, _Mapping]]] = ..., guest_stars: _Optional[_Iterable[_Union[Cast, _Mapping]]] = ...) -> None: ...

class AggregateCredits(_message.Message):
    __slots__ = ("cast", "crew")
    CAST_FIELD_NUMBER: _ClassVar[int]
    CREW_FIELD_NUMBER: _ClassVar[int]
    cast: _containers.RepeatedCompositeFieldContainer[AggregateCast]
    crew: _containers.RepeatedCompositeFieldContainer[AggregateCrew]
    def __init__(self, cast: _Optional[_Iterable[_Union[AggregateCast, _Mapping]]] = ..., crew: _Optional[_Iterable[_Union[AggregateCrew, _Mapping]]] = ...) -> None: ...

class AggregateCast(_message.Message):
    __slots__ = ("id", "adult", "gender", "known_for_department", "name", "order", "original_name", "popularity", "profile_path", "roles", "total_episode_count")
    class Role(_message.Message):
        __slots__ = ("character", "credit_id", "episode_count")
        CHARACTER_FIELD_NUMBER: _ClassVar[int]
        CREDIT_ID_FIELD_NUMBER: _ClassVar[int]
        EPISODE_COUNT_FIELD_NUMBER: _ClassVar[int]
        character: str
        credit_id: str
        episode_count: int
        def __init__(self, character: _Optional[str] = ..., credit_id: _Optional[str] = ..., episode_count: _Optional[int] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    ADULT_FIELD_NUMBER: _ClassVar[int]
    GENDER_FIELD_NUMBER: _ClassVar[int]
    KNOWN_FOR_DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_NAME_FIELD_NUMBER: _ClassVar[int]
    POPULARITY_FIELD_NUMBER: _ClassVar[int]
    PROFILE_PATH_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_EPISODE_COUNT_FIELD_NUMBER: _ClassVar[int]
    id: int
    adult: bool
    gender: int
    known_for_department: str
    name: str
    order: int
    original_name: str
    popularity: float
    profile_path: str
    roles: _containers.RepeatedCompositeFieldContainer[AggregateCast.Role]
    total_episode_count: int
    def __init__(self, id: _Optional[int] = ..., adult: _Optional[bool] = ..., gender: _Optional[int] = ..., known_for_department: _Optional[str] = ..., name: _Optional[str] = ..., order: _Optional[int] = ..., original_name: _Optional[str] = ..., popularity: _Optional[float] = ..., profile_path: _Optional[str] = ..., roles: _Optional[_Iterable[_Union[AggregateCast.Role, _Mapping]]] = ..., total_episode_count: _Optional[int] = ...) -> None: ...

class AggregateCrew(_message.Message):
    __slots__ = ("id", "adult", "department", "gender", "jobs", "known_for_department", "name", "original_name", "popularity", "profile_path", "total_episode_count")
    class Job(_message.Message):
        __slots__ = ("credit_id", "episode_count", "job")
        CREDIT_ID_FIELD_NUMBER: _ClassVar[int]
        EPISODE_COUNT_FIELD_NUMBER: _ClassVar[int]
        JOB_FIELD_NUMBER: _ClassVar[int]
        credit_id: str
        episode_count: int
        job: str
        def __init__(self, credit_id: _Optional[str] = ..., episode_count: _Optional[int] = ..., job: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    ADULT_FIELD_NUMBER: _ClassVar[int]
    DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    GENDER_FIELD_NUMBER: _ClassVar[int]
    JOBS_FIELD_NUMBER: _ClassVar[int]
    KNOWN_FOR_DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_NAME_FIELD_NUMBER: _ClassVar[int]
    POPULARITY_FIELD_NUMBER: _ClassVar[int]
    PROFILE_PATH_FIELD_NUMBER: _ClassVar[int]
    TOTAL_EPISODE_COUNT_FIELD_NUMBER: _ClassVar[int]
    id: int
    adult: bool
    department: str
    gender: int
    jobs: _containers.RepeatedCompositeFieldContainer[AggregateCrew.Job]
    known_for_department: str
    name: str
    original_name: str
    popularity: float
    profile_path: str
    total_episode_count: int
    def __init__(self, id: _Optional[int] = ..., adult: _Optional[bool] = ..., department: _Optional[str] = ..., gender: _Optional[int] = ..., jobs: _Optional[_Iterable[_Union[AggregateCrew.Job, _Mapping]]] = ..., known_for_department: _Optional[str] = ..., name: _Optional[str] = ..., original_name: _Optional[str] = ..., popularity: _Optional[float] = ..., profile_path: _Optional[str] = ..., total_episode_count: _Optional[int] = ...) -> None: ...

class ExternalIds(_message.Message):
    __slots__ = ("imdb_id", "wikidata_id", "facebook_id", "instagram_id", "twitter_id", "tiktok_id", "youtube_id", "tvdb_id", "tvrage_id", "freebase_id", "freebase_mid")
    IMDB_ID_FIELD_NUMBER: _ClassVar[int]
    WIKIDATA_ID_FIELD_NUMBER: _ClassVar[int]
    FACEBOOK_ID_FIELD_NUMBER: _ClassVar[int]
    INSTAGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    TWITTER_ID_FIELD_NUMBER: _ClassVar[int]
    TIKTOK_ID_FIELD_NUMBER: _ClassVar[int]
    YOUTUBE_ID_FIELD_NUMBER: _ClassVar[int]
    TVDB_ID_FIELD_NUMBER: _ClassVar[int]
    TVRAGE_ID_FIELD_NUMBER: _ClassVar[int]
    FREEBASE_ID_FIELD_NUMBER: _ClassVar[int]
    FREEBASE_MID_FIELD_NUMBER: _ClassVar[int]
    imdb_id: str
    wikidata_id: str
    facebook_id: str
    instagram_id: str
    twitter_id: str
    tiktok_id: str
    youtube_id: str
    tvdb_id: int
    tvrage_id: int
    freebase_id: str
    freebase_mid: str
    def __init__(self, imdb_id: _Optional[str] = ..., wikidata_id: _Optional[str] = ..., facebook_id: _Optional[str] = ..., instagram_id: _Optional[str] = ..., twitter_id: _Optional[str] = ..., tiktok_id: _Optional[str] = ..., youtube_id: _Optional[str] = ..., tvdb_id: _Optional[int] = ..., tvrage_id: _Optional[int] = ..., freebase_id: _Optional[str] = ..., freebase_mid: _Optional[str] = ...) -> None: ...

class Image(_message.Message):
    __slots__ = ("aspect_ratio", "file_path", "height", "iso_639_1", "iso_3166_1", "vote_average", "vote_count", "width", "id", "file_type")
    ASPECT_RATIO_FIELD_NUMBER: _ClassVar[int]
    FILE_PATH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    ISO_639_1_FIELD_NUMBER: _ClassVar[int]
    ISO_3166_1_FIELD_NUMBER: _ClassVar[int]
    VOTE_AVERAGE_FIELD_NUMBER: _ClassVar[int]
    VOTE_COUNT_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    FILE_TYPE_FIELD_NUMBER: _ClassVar[int]
    aspect_ratio: float
    file_path: str
    height: int
    iso_639_1: str
    iso_3166_1: str
    vote_average: float
    vote_count: int
    width: int
    id: str
    file_type: str
    def __init__(self, aspect_ratio: _Optional[float] = ..., file_path: _Optional[str] = ..., height: _Optional[int] = ..., iso_639_1: _Optional[str] = ..., iso_3166_1: _Optional[str] = ..., vote_average: _Optional[float] = ..., vote_count: _Optional[int] = ..., width: _Optional[int] = ..., id: _Optional[str] = ..., file_type: _Optional[str] = ...) -> None: ...

class TitleImages(_message.Message):
    __slots__ = ("backdrops", "logos", "posters")
    BACKDROPS_FIELD_NUMBER: _ClassVar[int]
    LOGOS_FIELD_NUMBER: _ClassVar[int]
    POSTERS_FIELD_NUMBER: _ClassVar[int]
    backdrops: _containers.RepeatedCompositeFieldContainer[Image]
    logos: _containers.RepeatedCompositeFieldContainer[Image]
    posters: _containers.RepeatedCompositeFieldContainer[Image]
    def __init__(self, backdrops: _Optional[_Iterable[_Union[Image, _Mapping]]] = ..., logos: _Optional[_Iterable[_Union[Image, _Mapping]]] = ..., posters: _Optional[_Iterable[_Union[Image, _Mapping]]] = ...) -> None: ...

class LogoImages(_message.Message):
    __slots__ = ("logos",)
    LOGOS_FIELD_NUMBER: _ClassVar[int]
    logos: _containers.RepeatedCompositeFieldContainer[Image]
    def __init__(self, logos: _Optional[_Iterable[_Union[Image, _Mapping]]] = ...) -> None: ...

class Video(_message.Message):
    __slots__ = ("id", "iso_3166_1", "iso_639_1", "key", "name", "official", "published_at", "site", "size", "type")
    ID_FIELD_NUMBER: _ClassVar[int]
    ISO_3166_1_FIELD_NUMBER: _ClassVar[int]
    ISO_639_1_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    OFFICIAL_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_AT_FIELD_NUMBER: _ClassVar[int]
    SITE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    id: str
    iso_3166_1: str
    iso_639_1: str
    key: str
    name: str
    official: bool
    published_at: str
    site: str
    size: int
    type: str
    def __init__(self, id: _Optional[str] = ..., iso_3166_1: _Optional[str] = ..., iso_639_1: _Optional[str] = ..., key: _Optional[str] = ..., name: _Optional[str] = ..., official: _Optional[bool] = ..., published_at: _Optional[str] = ..., site: _Optional[str] = ..., size: _Optional[int] = ..., type: _Optional[str] = ...) -> None: ...

class Videos(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[Video]
    def __init__(self, results: _Optional[_Iterable[_Union[Video, _Mapping]]] = ...) -> None: ...

class Translation(_message.Message):
    __slots__ = ("iso_3166_1", "iso_639_1", "name", "english_name", "data")
    class Data(_message.Message):
        __slots__ = ("biography", "homepage", "name", "overview", "runtime", "tagline", "title")
        BIOGRAPHY_FIELD_NUMBER: _ClassVar[int]
        HOMEPAGE_FIELD_NUMBER: _ClassVar[int]
        NAME_FIELD_NUMBER: _ClassVar[int]
        OVERVIEW_FIELD_NUMBER: _ClassVar[int]
        RUNTIME_FIELD_NUMBER: _ClassVar[int]
        TAGLINE_FIELD_NUMBER: _ClassVar[int]
        TITLE_FIELD_NUMBER: _ClassVar[int]
        biography: str
        homepage: str
        name: str
        overview: str
        runtime: int
        tagline: str
        title: str
        def __init__(self, biography: _Optional[str] = ..., homepage: _Optional[str] = ..., name: _Optional[str] = ..., overview: _Optional[str] = ..., runtime: _Optional[int] = ..., tagline: _Optional[str] = ..., title: _Optional[str] = ...) -> None: ...
    ISO_3166_1_FIELD_NUMBER: _ClassVar[int]
    ISO_639_1_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ENGLISH_NAME_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    iso_3166_1: str
    iso_639_1: str
    name: str
    english_name: str
    data: Translation.Data
    def __init__(self, iso_3166_1: _Optional[str] = ..., iso_639_1: _Optional[str] = ..., name: _Optional[str] = ..., english_name: _Optional[str] = ..., data: _Optional[_Union[Translation.Data, _Mapping]] = ...) -> None: ...

class Translations(_message.Message):
    __slots__ = ("translations",)
    TRANSLATIONS_FIELD_NUMBER: _ClassVar[int]
    translations: _containers.RepeatedCompositeFieldContainer[Translation]
    def __init__(self, translations: _Optional[_Iterable[_Union[Translation, _Mapping]]] = ...) -> None: ...

class AlternativeTitle(_message.Message):
    __slots__ = ("iso_3166_1", "title", "type")
    ISO_3166_1_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    iso_3166_1: str
    title: str
    type: str
    def __init__(self, iso_3166_1: _Optional[str] = ..., title: _Optional[str] = ..., type: _Optional[str] = ...) -> None: ...

class Review(_message.Message):
    __slots__ = ("id", "author", "author_details", "content", "created_at", "updated_at", "url")
    class Author(_message.Message):
        __slots__ = ("name", "username", "avatar_path", "rating")
        NAME_FIELD_NUMBER: _ClassVar[int]
        USERNAME_FIELD_NUMBER: _ClassVar[int]
        AVATAR_PATH_FIELD_NUMBER: _ClassVar[int]
        RATING_FIELD_NUMBER: _ClassVar[int]
        name: str
        username: str
        avatar_path: str
        rating: float
        def __init__(self, name: _Optional[str] = ..., username: _Optional[str] = ..., avatar_path: _Optional[str] = ..., rating: _Optional[float] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_DETAILS_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    id: str
    author: str
    author_details: Review.Author
    content: str
    created_at: str
    updated_at: str
    url: str
    def __init__(self, id: _Optional[str] = ..., author: _Optional[str] = ..., author_details: _Optional[_Union[Review.Author, _Mapping]] = ..., content: _Optional[str] = ..., created_at: _Optional[str] = ..., updated_at: _Optional[str] = ..., url: _Optional[str] = ...) -> None: ...

class ReviewPage(_message.Message):
    __slots__ = ("page", "results", "total_pages", "total_results")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAGES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_RESULTS_FIELD_NUMBER: _ClassVar[int]
    page: int
    results: _containers.RepeatedCompositeFieldContainer[Review]
    total_pages: int
    total_results: int
    def __init__(self, page: _Optional[int] = ..., results: _Optional[_Iterable[_Union[Review, _Mapping]]] = ..., total_pages: _Optional[int] = ..., total_results: _Optional[int] = ...) -> None: ...

class ListRef(_message.Message):
    __slots__ = ("description", "favorite_count", "id", "iso_3166_1", "iso_639_1", "item_count", "list_type", "name", "poster_path")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    FAVORITE_COUNT_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ISO_3166_1_FIELD_NUMBER: _ClassVar[int]
    ISO_639_1_FIELD_NUMBER: _ClassVar[int]
    ITEM_COUNT_FIELD_NUMBER: _ClassVar[int]
    LIST_TYPE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    POSTER_PATH_FIELD_NUMBER: _ClassVar[int]
    description: str
    favorite_count: int
    id: str
    iso_3166_1: str
    iso_639_1: str
    item_count: int
    list_type: str
    name: str
    poster_path: str
    def __init__(self, description: _Optional[str] = ..., favorite_count: _Optional[int] = ..., id: _Optional[str] = ..., iso_3166_1: _Optional[str] = ..., iso_639_1: _Optional[str] = ..., item_count: _Optional[int] = ..., list_type: _Optional[str] = ..., name: _Optional[str] = ..., poster_path: _Optional[str] = ...) -> None: ...

class ListPage(_message.Message):
    __slots__ = ("page", "results", "total_pages", "total_results")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAGES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_RESULTS_FIELD_NUMBER: _ClassVar[int]
    page: int
    results: _containers.RepeatedCompositeFieldContainer[ListRef]
    total_pages: int
    total_results: int
    def __init__(self, page: _Optional[int] = ..., results: _Optional[_Iterable[_Union[ListRef, _Mapping]]] = ..., total_pages: _Optional[int] = ..., total_results: _Optional[int] = ...) -> None: ...

class Changes(_message.Message):
    __slots__ = ("changes",)
    class Item(_message.Message):
        __slots__ = ("id", "action", "time", "iso_639_1", "iso_3166_1")
        ID_FIELD_NUMBER: _ClassVar[int]
        ACTION_FIELD_NUMBER: _ClassVar[int]
        TIME_FIELD_NUMBER: _ClassVar[int]
        ISO_639_1_FIELD_NUMBER: _ClassVar[int]
        ISO_3166_1_FIELD_NUMBER: _ClassVar[int]
        id: str
        action: str
        time: str
        iso_639_1: str
        iso_3166_1: str
        def __init__(self, id: _Optional[str] = ..., action: _Optional[str] = ..., time: _Optional[str] = ..., iso_639_1: _Optional[str] = ..., iso_3166_1: _Optional[str] = ...) -> None: ...
    class Change(_message.Message):
        __slots__ = ("key", "items")
        KEY_FIELD_NUMBER: _ClassVar[int]
        ITEMS_FIELD_NUMBER: _ClassVar[int]
        key: str
        items: _containers.RepeatedCompositeFieldContainer[Changes.Item]
        def __init__(self, key: _Optional[str] = ..., items: _Optional[_Iterable[_Union[Changes.Item, _Mapping]]] = ...) -> None: ...
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[Changes.Change]
    def __init__(self, changes: _Optional[_Iterable[_Union[Changes.Change, _Mapping]]] = ...) -> None: ...

class AlternativeName(_message.Message):
    __slots__ = ("name", "type")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    name: str
    type: str
    def __init__(self, name: _Optional[str] = ..., type: _Optional[str] = ...) -> None: ...

class AlternativeNames(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[AlternativeName]
    def __init__(self, results: _Optional[_Iterable[_Union[AlternativeName, _Mapping]]] = ...) -> None: ...

class WatchProviders(_message.Message):
    __slots__ = ("results",)
    class Provider(_message.Message):
        __slots__ = ("display_priority", "logo_path", "provider_id", "provider_name")
        DISPLAY_PRIORITY_FIELD_NUMBER: _ClassVar[int]
        LOGO_PATH_FIELD_NUMBER: _ClassVar[int]
        PROVIDER_ID_FIELD_NUMBER: _ClassVar[int]
        PROVIDER_NAME_FIELD_NUMBER: _ClassVar[int]
        display_priority: int
        logo_path: str
        provider_id: int
        provider_name: str
        def __init__(self, display_priority: _Optional[int] = ..., logo_path: _Optional[str] = ..., provider_id: _Optional[int] = ..., provider_name: _Optional[str] = ...) -> None: ...
    class Offers(_message.Message):
        __slots__ = ("link", "flatrate", "rent", "buy", "ads", "free", "flatrate_and_buy")
        LINK_FIELD_NUMBER: _ClassVar[int]
        FLATRATE_FIELD_NUMBER: _ClassVar[int]
        RENT_FIELD_NUMBER: _ClassVar[int]
        BUY_FIELD_NUMBER: _ClassVar[int]
        ADS_FIELD_NUMBER: _ClassVar[int]
        FREE_FIELD_NUMBER: _ClassVar[int]
        FLATRATE_AND_BUY_FIELD_NUMBER: _ClassVar[int]
        link: str
        flatrate: _containers.RepeatedCompositeFieldContainer[WatchProviders.Provider]
        rent: _containers.RepeatedCompositeFieldContainer[WatchProviders.Provider]
        buy: _containers.RepeatedCompositeFieldContainer[WatchProviders.Provider]
        ads: _containers.RepeatedCompositeFieldContainer[WatchProviders.Provider]
        free: _containers.RepeatedCompositeFieldContainer[WatchProviders.Provider]
        flatrate_and_buy: _containers.RepeatedCompositeFieldContainer[WatchProviders.Provider]
        def __init__(self, link: _Optional[str] = ..., flatrate: _Optional[_Iterable[_Union[WatchProviders.Provider, _Mapping]]] = ..., rent: _Optional[_Iterable[_Union[WatchProviders.Provider, _Mapping]]] = ..., buy: _Optional[_Iterable[_Union[WatchProviders.Provider, _Mapping]]] = ..., ads: _Optional[_Iterable[_Union[WatchProviders.Provider, _Mapping]]] = ..., free: _Optional[_Iterable[_Union[WatchProviders.Provider, _Mapping]]] = ..., flatrate_and_buy: _Optional[_Iterable[_Union[WatchProviders.Provider, _Mapping]]] = ...) -> None: ...
    class ResultsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: WatchProviders.Offers
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[WatchProviders.Offers, _Mapping]] = ...) -> None: ...
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.MessageMap[str, WatchProviders.Offers]
    def __init__(self, results: _Optional[_Mapping[str, WatchProviders.Offers]] = ...) -> None: ...
