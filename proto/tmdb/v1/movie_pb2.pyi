from proto.tmdb.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Movie(_message.Message):
    __slots__ = ("meta", "id", "title", "original_title", "original_language", "overview", "release_date", "runtime", "popularity", "vote_average", "vote_count", "genres", "poster_path", "backdrop_path", "imdb_id", "adult", "belongs_to_collection", "budget", "homepage", "origin_country", "production_companies", "production_countries", "revenue", "spoken_languages", "status", "tagline", "video", "softcore", "alternative_titles", "credits", "external_ids", "images", "keywords", "recommendations", "release_dates", "reviews", "similar", "translations", "videos", "watch_providers", "lists", "changes", "casts", "releases", "similar_movies", "trailers")
    META_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_TITLE_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    OVERVIEW_FIELD_NUMBER: _ClassVar[int]
    RELEASE_DATE_FIELD_NUMBER: _ClassVar[int]
    RUNTIME_FIELD_NUMBER: _ClassVar[int]
    POPULARITY_FIELD_NUMBER: _ClassVar[int]
    VOTE_AVERAGE_FIELD_NUMBER: _ClassVar[int]
    VOTE_COUNT_FIELD_NUMBER: _ClassVar[int]
    GENRES_FIELD_NUMBER: _ClassVar[int]
    POSTER_PATH_FIELD_NUMBER: _ClassVar[int]
    BACKDROP_PATH_FIELD_NUMBER: _ClassVar[int]
    IMDB_ID_FIELD_NUMBER: _ClassVar[int]
    ADULT_FIELD_NUMBER: _ClassVar[int]
    BELONGS_TO_COLLECTION_FIELD_NUMBER: _ClassVar[int]
    BUDGET_FIELD_NUMBER: _ClassVar[int]
    HOMEPAGE_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_COUNTRY_FIELD_NUMBER: _ClassVar[int]
    PRODUCTION_COMPANIES_FIELD_NUMBER: _ClassVar[int]
    PRODUCTION_COUNTRIES_FIELD_NUMBER: _ClassVar[int]
    REVENUE_FIELD_NUMBER: _ClassVar[int]
    SPOKEN_LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TAGLINE_FIELD_NUMBER: _ClassVar[int]
    VIDEO_FIELD_NUMBER: _ClassVar[int]
    SOFTCORE_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVE_TITLES_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_IDS_FIELD_NUMBER: _ClassVar[int]
    IMAGES_FIELD_NUMBER: _ClassVar[int]
    KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    RECOMMENDATIONS_FIELD_NUMBER: _ClassVar[int]
    RELEASE_DATES_FIELD_NUMBER: _ClassVar[int]
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    SIMILAR_FIELD_NUMBER: _ClassVar[int]
    TRANSLATIONS_FIELD_NUMBER: _ClassVar[int]
    VIDEOS_FIELD_NUMBER: _ClassVar[int]
    WATCH_PROVIDERS_FIELD_NUMBER: _ClassVar[int]
    LISTS_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    CASTS_FIELD_NUMBER: _ClassVar[int]
    RELEASES_FIELD_NUMBER: _ClassVar[int]
    SIMILAR_MOVIES_FIELD_NUMBER: _ClassVar[int]
    TRAILERS_FIELD_NUMBER: _ClassVar[int]
    meta: _common_pb2.Meta
    id: int
    title: str
    original_title: str
    original_language: str
    overview: str
    release_date: str
    runtime: int
    popularity: float
    vote_average: float
    vote_count: int
    genres: _containers.RepeatedCompositeFieldContainer[_common_pb2.Genre]
    poster_path: str
    backdrop_path: str
    imdb_id: str
    adult: bool
    belongs_to_collection: CollectionRef
    budget: int
    homepage: str
    origin_country: _containers.RepeatedScalarFieldContainer[str]
    production_companies: _containers.RepeatedCompositeFieldContainer[_common_pb2.CompanyRef]
    production_countries: _containers.RepeatedCompositeFieldContainer[_common_pb2.Country]
    revenue: int
    spoken_languages: _containers.RepeatedCompositeFieldContainer[_common_pb2.Language]
    status: str
    tagline: str
    video: bool
    softcore: bool
    alternative_titles: MovieAlternativeTitles
    credits: _common_pb2.Credits
    external_ids: _common_pb2.ExternalIds
    images: _common_pb2.TitleImages
    keywords: MovieKeywords
    recommendations: _common_pb2.TitlePage
    release_dates: ReleaseDates
    reviews: _common_pb2.ReviewPage
    similar: _common_pb2.TitlePage
    translations: _common_pb2.Translations
    videos: _common_pb2.Videos
    watch_providers: _common_pb2.WatchProviders
    lists: _common_pb2.ListPage
    changes: _common_pb2.Changes
    casts: _common_pb2.Credits
    releases: Releases
    similar_movies: _common_pb2.TitlePage
    trailers: Trailers
    def __init__(self, meta: _Optional[_Union[_common_pb2.Meta, _Mapping]] = ..., id: _Optional[int] = ..., title: _Optional[str] = ..., original_title: _Optional[str] = ..., original_language: _Optional[str] = ..., overview: _Optional[str] = ..., release_date: _Optional[str] = ..., runtime: _Optional[int] = ..., popularity: _Optional[float] = ..., vote_average: _Optional[float] = ..., vote_count: _Optional[int] = ..., genres: _Optional[_Iterable[_Union[_common_pb2.Genre, _Mapping]]] = ..., poster_path: _Optional[str] = ..., backdrop_path: _Optional[str] = ..., imdb_id: _Optional[str] = ..., adult: _Optional[bool] = ..., belongs_to_collection: _Optional[_Union[CollectionRef, _Mapping]] = ..., budget: _Optional[int] = ..., homepage: _Optional[str] = ..., origin_country: _Optional[_Iterable[str]] = ..., production_companies: _Optional[_Iterable[_Union[_common_pb2.CompanyRef, _Mapping]]] = ..., production_countries: _Optional[_Iterable[_Union[_common_pb2.Country, _Mapping]]] = ..., revenue: _Optional[int] = ..., spoken_languages: _Optional[_Iterable[_Union[_common_pb2.Language, _Mapping]]] = ..., status: _Optional[str] = ..., tagline: _Optional[str] = ..., video: _Optional[bool] = ..., softcore: _Optional[bool] = ..., alternative_titles: _Optional[_Union[MovieAlternativeTitles, _Mapping]] = ..., credits: _Optional[_Union[_common_pb2.Credits, _Mapping]] = ..., external_ids: _Optional[_Union[_common_pb2.ExternalIds, _Mapping]] = ..., images: _Optional[_Union[_common_pb2.TitleImages, _Mapping]] = ..., keywords: _Optional[_Union[MovieKeywords, _Mapping]] = ..., recommendations: _Optional[_Union[_common_pb2.TitlePage, _Mapping]] = ..., release_dates: _Optional[_Union[ReleaseDates, _Mapping]] = ..., reviews: _Optional[_Union[_common_pb2.ReviewPage, _Mapping]] = ..., similar: _Optional[_Union[_common_pb2.TitlePage, _Mapping]] = ..., translations: _Optional[_Union[_common_pb2.Translations, _Mapping]] = ..., videos: _Optional[_Union[_common_pb2.Videos, _Mapping]] = ..., watch_providers: _Optional[_Union[_common_pb2.WatchProviders, _Mapping]] = ..., lists: _Optional[_Union[_common_pb2.ListPage, _Mapping]] = ..., changes: _Optional[_Union[_common_pb2.Changes, _Mapping]] = ..., casts: _Optional[_Union[_common_pb2.Credits, _Mapping]] = ..., releases: _Optional[_Union[Releases, _Mapping]] = ..., similar_movies: _Optional[_Union[_common_pb2.TitlePage, _Mapping]] = ..., trailers: _Optional[_Union[Trailers, _Mapping]] = ...) -> None: ...

class CollectionRef(_message.Message):
    __slots__ = ("id", "name", "poster_path", "backdrop_path")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    POSTER_PATH_FIELD_NUMBER: _ClassVar[int]
    BACKDROP_PATH_FIELD_NUMBER: _ClassVar[int]
    id: int
    name: str
    poster_path: str
    backdrop_path: str
    def __init__(self, id: _Optional[int] = ..., name: _Optional[str] = ..., poster_path: _Optional[str] = ..., backdrop_path: _Optional[str] = ...) -> None: ...

class MovieAlternativeTitles(_message.Message):
    __slots__ = ("titles",)
    TITLES_FIELD_NUMBER: _ClassVar[int]
    titles: _containers.RepeatedCompositeFieldContainer[_common_pb2.AlternativeTitle]
    def __init__(self, titles: _Optional[_Iterable[_Union[_common_pb2.AlternativeTitle, _Mapping]]] = ...) -> None: ...

class MovieKeywords(_message.Message):
    __slots__ = ("keywords",)
    KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    keywords: _containers.RepeatedCompositeFieldContainer[_common_pb2.KeywordRef]
    def __init__(self, keywords: _Optional[_Iterable[_Union[_common_pb2.KeywordRef, _Mapping]]] = ...) -> None: ...

class ReleaseDates(_message.Message):
    __slots__ = ("results",)
    class Release(_message.Message):
        __slots__ = ("certification", "descriptors", "iso_639_1", "note", "release_date", "type")
        CERTIFICATION_FIELD_NUMBER: _ClassVar[int]
        DESCRIPTORS_FIELD_NUMBER: _ClassVar[int]
        ISO_639_1_FIELD_NUMBER: _ClassVar[int]
        NOTE_FIELD_NUMBER: _ClassVar[int]
        RELEASE_DATE_FIELD_NUMBER: _ClassVar[int]
        TYPE_FIELD_NUMBER: _ClassVar[int]
        certification: str
        descriptors: _containers.RepeatedScalarFieldContainer[str]
        iso_639_1: str
        note: str
        release_date: str
        type: int
        def __init__(self, certification: _Optional[str] = ..., descriptors: _Optional[_Iterable[str]] = ..., iso_639_1: _Optional[str] = ..., note: _Optional[str] = ..., release_date: _Optional[str] = ..., type: _Optional[int] = ...) -> None: ...
    class ByCountry(_message.Message):
        __slots__ = ("iso_3166_1", "release_dates")
        ISO_3166_1_FIELD_NUMBER: _ClassVar[int]
        RELEASE_DATES_FIELD_NUMBER: _ClassVar[int]
        iso_3166_1: str
        release_dates: _containers.RepeatedCompositeFieldContainer[ReleaseDates.Release]
        def __init__(self, iso_3166_1: _Optional[str] = ..., release_dates: _Optional[_Iterable[_Union[ReleaseDates.Release, _Mapping]]] = ...) -> None: ...
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[ReleaseDates.ByCountry]
    def __init__(self, results: _Optional[_Iterable[_Union[ReleaseDates.ByCountry, _Mapping]]] = ...) -> None: ...

class Releases(_message.Message):
    __slots__ = ("countries",)
    class Release(_message.Message):
        __slots__ = ("certification", "descriptors", "iso_3166_1", "primary", "release_date")
        CERTIFICATION_FIELD_NUMBER: _ClassVar[int]
        DESCRIPTORS_FIELD_NUMBER: _ClassVar[int]
        ISO_3166_1_FIELD_NUMBER: _ClassVar[int]
        PRIMARY_FIELD_NUMBER: _ClassVar[int]
        RELEASE_DATE_FIELD_NUMBER: _ClassVar[int]
        certification: str
        descriptors: _containers.RepeatedScalarFieldContainer[str]
        iso_3166_1: str
        primary: bool
        release_date: str
        def __init__(self, certification: _Optional[str] = ..., descriptors: _Optional[_Iterable[str]] = ..., iso_3166_1: _Optional[str] = ..., primary: _Optional[bool] = ..., release_date: _Optional[str] = ...) -> None: ...
    COUNTRIES_FIELD_NUMBER: _ClassVar[int]
    countries: _containers.RepeatedCompositeFieldContainer[Releases.Release]
    def __init__(self, countries: _Optional[_Iterable[_Union[Releases.Release, _Mapping]]] = ...) -> None: ...

class Trailers(_message.Message):
    __slots__ = ("quicktime", "youtube")
    class Quicktime(_message.Message):
        __slots__ = ("name", "sources")
        class Source(_message.Message):
            __slots__ = ("size", "source")
            SIZE_FIELD_NUMBER: _ClassVar[int]
            SOURCE_FIELD_NUMBER: _ClassVar[int]
            size: str
            source: str
            def __init__(self, size: _Optional[str] = ..., source: _Optional[str] = ...) -> None: ...
        NAME_FIELD_NUMBER: _ClassVar[int]
        SOURCES_FIELD_NUMBER: _ClassVar[int]
        name: str
        sources: _containers.RepeatedCompositeFieldContainer[Trailers.Quicktime.Source]
        def __init__(self, name: _Optional[str] = ..., sources: _Optional[_Iterable[_Union[Trailers.Quicktime.Source, _Mapping]]] = ...) -> None: ...
    class Youtube(_message.Message):
        __slots__ = ("name", "size", "source", "type")
        NAME_FIELD_NUMBER: _ClassVar[int]
        SIZE_FIELD_NUMBER: _ClassVar[int]
        SOURCE_FIELD_NUMBER: _ClassVar[int]
        TYPE_FIELD_NUMBER: _ClassVar[int]
        name: str
        size: str
        source: str
        type: str
        def __init__(self, name: _Optional[str] = ..., size: _Optional[str] = ..., source: _Optional[str] = ..., type: _Optional[str] = ...) -> None: ...
    QUICKTIME_FIELD_NUMBER: _ClassVar[int]
    YOUTUBE_FIELD_NUMBER: _ClassVar[int]
    quicktime: _containers.RepeatedCompositeFieldContainer[Trailers.Quicktime]
    youtube: _containers.RepeatedCompositeFieldContainer[Trailers.Youtube]
    def __init__(self, quicktime: _Optional[_Iterable[_Union[Trailers.Quicktime, _Mapping]]] = ..., youtube: _Optional[_Iterable[_Union[Trailers.Youtube, _Mapping]]] = ...) -> None: ...
