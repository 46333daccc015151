from proto.tmdb.v1 import common_pb2 as _common_pb2
from proto.tmdb.v1 import episode_pb2 as _episode_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Tv(_message.Message):
    __slots__ = ("meta", "id", "name", "original_name", "original_language", "overview", "first_air_date", "last_air_date", "popularity", "vote_average", "vote_count", "genres", "poster_path", "backdrop_path", "status", "adult", "created_by", "episode_run_time", "homepage", "origin_country", "production_companies", "production_countries", "in_production", "spoken_languages", "languages", "tagline", "type", "softcore", "networks", "number_of_episodes", "number_of_seasons", "seasons", "last_episode_to_air", "next_episode_to_air", "alternative_titles", "credits", "external_ids", "images", "keywords", "recommendations", "content_ratings", "reviews", "similar", "translations", "videos", "watch_providers", "lists", "changes", "aggregate_credits", "episode_groups", "screened_theatrically")
    META_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_NAME_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    OVERVIEW_FIELD_NUMBER: _ClassVar[int]
    FIRST_AIR_DATE_FIELD_NUMBER: _ClassVar[int]
    LAST_AIR_DATE_FIELD_NUMBER: _ClassVar[int]
    POPULARITY_FIELD_NUMBER: _ClassVar[int]
    VOTE_AVERAGE_FIELD_NUMBER: _ClassVar[int]
    VOTE_COUNT_FIELD_NUMBER: _ClassVar[int]
    GENRES_FIELD_NUMBER: _ClassVar[int]
    POSTER_PATH_FIELD_NUMBER: _ClassVar[int]
    BACKDROP_PATH_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ADULT_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    EPISODE_RUN_TIME_FIELD_NUMBER: _ClassVar[int]
    HOMEPAGE_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_COUNTRY_FIELD_NUMBER: _ClassVar[int]
    PRODUCTION_COMPANIES_FIELD_NUMBER: _ClassVar[int]
    PRODUCTION_COUNTRIES_FIELD_NUMBER: _ClassVar[int]
    IN_PRODUCTION_FIELD_NUMBER: _ClassVar[int]
    SPOKEN_LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    TAGLINE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SOFTCORE_FIELD_NUMBER: _ClassVar[int]
    NETWORKS_FIELD_NUMBER: _ClassVar[int]
    NUMBER_OF_EPISODES_FIELD_NUMBER: _ClassVar[int]
    NUMBER_OF_SEASONS_FIELD_NUMBER: _ClassVar[int]
    SEASONS_FIELD_NUMBER: _ClassVar[int]
    LAST_EPISODE_TO_AIR_FIELD_NUMBER: _ClassVar[int]
    NEXT_EPISODE_TO_AIR_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVE_TITLES_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_IDS_FIELD_NUMBER: _ClassVar[int]
    IMAGES_FIELD_NUMBER: _ClassVar[int]
    KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    RECOMMENDATIONS_FIELD_NUMBER: _ClassVar[int]
    CONTENT_RATINGS_FIELD_NUMBER: _ClassVar[int]
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    SIMILAR_FIELD_NUMBER: _ClassVar[int]
    TRANSLATIONS_FIELD_NUMBER: _ClassVar[int]
    VIDEOS_FIELD_NUMBER: _ClassVar[int]
    WATCH_PROVIDERS_FIELD_NUMBER: _ClassVar[int]
    LISTS_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_CREDITS_FIELD_NUMBER: _ClassVar[int]
    EPISODE_GROUPS_FIELD_NUMBER: _ClassVar[int]
    SCREENED_THEATRICALLY_FIELD_NUMBER: _ClassVar[int]
    meta: _common_pb2.Meta
    id: int
    name: str
    original_name: str
    original_language: str
    overview: str
    first_air_date: str
    last_air_date: str
    popularity: float
    vote_average: float
    vote_count: int
    genres: _containers.RepeatedCompositeFieldContainer[_common_pb2.Genre]
    poster_path: str
    backdrop_path: str
    status: str
    adult: bool
    created_by: _containers.RepeatedCompositeFieldContainer[CreatedBy]
    episode_run_time: _containers.RepeatedScalarFieldContainer[int]
    homepage: str
    origin_country: _containers.RepeatedScalarFieldContainer[str]
    production_companies: _containers.RepeatedCompositeFieldContainer[_common_pb2.CompanyRef]
    production_countries: _containers.RepeatedCompositeFieldContainer[_common_pb2.Country]
    in_production: bool
    spoken_languages: _containers.RepeatedCompositeFieldContainer[_common_pb2.Language]
    languages: _containers.RepeatedScalarFieldContainer[str]
    tagline: str
    type: str
    softcore: bool
    networks: _containers.RepeatedCompositeFieldContainer[_common_pb2.NetworkRef]
    number_of_episodes: int
    number_of_seasons: int
    seasons: _containers.RepeatedCompositeFieldContainer[SeasonRef]
    last_episode_to_air: _episode_pb2.EpisodeRef
    next_episode_to_air: _episode_pb2.EpisodeRef
    alternative_titles: TvAlternativeTitles
    credits: _common_pb2.Credits
    external_ids: _common_pb2.ExternalIds
    images: _common_pb2.TitleImages
    keywords: TvKeywords
    recommendations: _common_pb2.TitlePage
    content_ratings: ContentRatings
    reviews: _common_pb2.ReviewPage
    similar: _common_pb2.TitlePage
    translations: _common_pb2.Translations
    videos: _common_pb2.Videos
    watch_providers: _common_pb2.WatchProviders
    lists: _common_pb2.ListPage
    changes: _common_pb2.Changes
    aggregate_credits: _common_pb2.AggregateCredits
    episode_groups: EpisodeGroups
    screened_theatrically: ScreenedTheatrically
    def __init__(self, meta: _Optional[_Union[_common_pb2.Meta, _Mapping]] = ..., id: _Optional[int] = ..., name: _Optional[str] = ..., original_name: _Optional[str] = ..., original_language: _Optional[str] = ..., overview: _Optional[str] = ..., first_air_date: _Optional[str] = ..., last_air_date: _Optional[str] = ..., popularity: _Optional[float] = ..., vote_average: _Optional[float] = ..., vote_count: _Optional[int] = ..., genres: _Optional[_Iterable[_Union[_common_pb2.Genre, _Mapping]]] = ..., poster_path: _Optional[str] = ..., backdrop_path: _Optional[str] = ..., status: _Optional[str] = ..., adult: _Optional[bool] = ..., created_by: _Optional[_Iterable[_Union[CreatedBy, _Mapping]]] = ..., episode_run_time: _Optional[_Iterable[int]] = ..., homepage: _Optional[str] = ..., origin_country: _Optional[_Iterable[str]] = ..., production_companies: _Optional[_Iterable[_Union[_common_pb2.CompanyRef, _Mapping]]] = ..., production_countries: _Optional[_Iterable[_Union[_common_pb2.Country, _Mapping]]] = ..., in_production: _Optional[bool] = ..., spoken_languages: _Optional[_Iterable[_Union[_common_pb2.Language, _Mapping]]] = ..., languages: _Optional[_Iterable[str]] = ..., tagline: _Optional[str] = ..., type: _Optional[str] = ..., softcore: _Optional[bool] = ..., networks: _Optional[_Iterable[_Union[_common_pb2.NetworkRef, _Mapping]]] = ..., number_of_episodes: _Optional[int] = ..., number_of_seasons: _Optional[int] = ..., seasons: _Optional[_Iterable[_Union[SeasonRef, _Mapping]]] = ..., last_episode_to_air: _Optional[_Union[_episode_pb2.EpisodeRef, _Mapping]] = ..., next_episode_to_air: _Optional[_Union[_episode_pb2.EpisodeRef, _Mapping]] = ..., alternative_titles: _Optional[_Union[TvAlternativeTitles, _Mapping]] = ..., credits: _Optional[_Union[_common_pb2.Credits, _Mapping]] = ..., external_ids: _Optional[_Union[_common_pb2.ExternalIds, _Mapping]] = ..., images: _Optional[_Union[_common_pb2.TitleImages, _Mapping]] = ..., keywords: _Optional[_Union[TvKeywords, _Mapping]] = ..., recommendations: _Optional[_Union[_common_pb2.TitlePage, _Mapping]] = ..., content_ratings: _Optional[_Union[ContentRatings, _Mapping]] = ..., reviews: _Optional[_Union[_common_pb2.ReviewPage, _Mapping]] = ..., similar: _Optional[_Union[_common_pb2.TitlePage, _Mapping]] = ..., translations: _Optional[_Union[_common_pb2.Translations, _Mapping]] = ..., videos: _Optional[_Union[_common_pb2.Videos, _Mapping]] = ..., watch_providers: _Optional[_Union[_common_pb2.WatchProviders, _Mapping]] = ..., lists: _Optional[_Union[_common_pb2.ListPage, _Mapping]] = ..., changes: _Optional[_Union[_common_pb2.Changes, _Mapping]] = ..., aggregate_credits: _Optional[_Union[_common_pb2.AggregateCredits, _Mapping]] = ..., episode_groups: _Optional[_Union[EpisodeGroups, _Mapping]] = ..., screened_theatrically: _Optional[_Union[ScreenedTheatrically, _Mapping]] = ...) -> None: ...

class CreatedBy(_message.Message):
    __slots__ = ("id", "credit_id", "gender", "name", "original_name", "profile_path")
    ID_FIELD_NUMBER: _ClassVar[int]
    CREDIT_ID_FIELD_NUMBER: _ClassVar[int]
    GENDER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_NAME_FIELD_NUMBER: _ClassVar[int]
    PROFILE_PATH_FIELD_NUMBER: _ClassVar[int]
    id: int
    credit_id: str
    gender: int
    name: str
    original_name: str
    profile_path: str
    def __init__(self, id: _Optional[int] = ..., credit_id: _Optional[str] = ..., gender: _Optional[int] = ..., name: _Optional[str] = ..., original_name: _Optional[str] = ..., profile_path: _Optional[str] = ...) -> None: ...

class SeasonRef(_message.Message):
    __slots__ = ("id", "air_date", "episode_count", "name", "overview", "poster_path", "season_number", "vote_average")
    ID_FIELD_NUMBER: _ClassVar[int]
    AIR_DATE_FIELD_NUMBER: _ClassVar[int]
    EPISODE_COUNT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    OVERVIEW_FIELD_NUMBER: _ClassVar[int]
    POSTER_PATH_FIELD_NUMBER: _ClassVar[int]
    SEASON_NUMBER_FIELD_NUMBER: _ClassVar[int]
    VOTE_AVERAGE_FIELD_NUMBER: _ClassVar[int]
    id: int
    air_date: str
    episode_count: int
    name: str
    overview: str
    poster_path: str
    season_number: int
    vote_average: float
    def __init__(self, id: _Optional[int] = ..., air_date: _Optional[str] = ..., episode_count: _Optional[int] = ..., name: _Optional[str] = ..., overview: _Optional[str] = ..., poster_path: _Optional[str] = ..., season_number: _Optional[int] = ..., vote_average: _Optional[float] = ...) -> None: ...

class TvAlternativeTitles(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[_common_pb2.AlternativeTitle]
    def __init__(self, results: _Optional[_Iterable[_Union[_common_pb2.AlternativeTitle, _Mapping]]] = ...) -> None: ...

class TvKeywords(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[_common_pb2.KeywordRef]
    def __init__(self, results: _Optional[_Iterable[_Union[_common_pb2.KeywordRef, _Mapping]]] = ...) -> None: ...

class ContentRatings(_message.Message):
    __slots__ = ("results",)
    class Rating(_message.Message):
        __slots__ = ("descriptors", "iso_3166_1", "rating")
        DESCRIPTORS_FIELD_NUMBER: _ClassVar[int]
        ISO_3166_1_FIELD_NUMBER: _ClassVar[int]
        RATING_FIELD_NUMBER: _ClassVar[int]
        descriptors: _containers.RepeatedScalarFieldContainer[str]
        iso_3166_1: str
        rating: str
        def __init__(self, descriptors: _Optional[_Iterable[str]] = ..., iso_3166_1: _Optional[str] = ..., rating: _Optional[str] = ...) -> None: ...
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[ContentRatings.Rating]
    def __init__(self, results: _Optional[_Iterable[_Union[ContentRatings.Rating, _Mapping]]] = ...) -> None: ...

class EpisodeGroups(_message.Message):
    __slots__ = ("results",)
    class Group(_message.Message):
        __slots__ = ("description", "episode_count", "group_count", "id", "name", "network", "type")
        DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
        EPISODE_COUNT_FIELD_NUMBER: _ClassVar[int]
        GROUP_COUNT_FIELD_NUMBER: _ClassVar[int]
        ID_FIELD_NUMBER: _ClassVar[int]
        NAME_FIELD_NUMBER: _ClassVar[int]
        NETWORK_FIELD_NUMBER: _ClassVar[int]
        TYPE_FIELD_NUMBER: _ClassVar[int]
        description: str
        episode_count: int
        group_count: int
        id: str
        name: str
        network: _common_pb2.NetworkRef
        type: int
        def __init__(self, description: _Optional[str] = ..., episode_count: _Optional[int] = ..., group_count: _Optional[int] = ..., id: _Optional[str] = ..., name: _Optional[str] = ..., network: _Optional[_Union[_common_pb2.NetworkRef, _Mapping]] = ..., type: _Optional[int] = ...) -> None: ...
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[EpisodeGroups.Group]
    def __init__(self, results: _Optional[_Iterable[_Union[EpisodeGroups.Group, _Mapping]]] = ...) -> None: ...

class ScreenedTheatrically(_message.Message):
    __slots__ = ("results",)
    class Episode(_message.Message):
        __slots__ = ("id", "episode_number", "season_number")
        ID_FIELD_NUMBER: _ClassVar[int]
        EPISODE_NUMBER_FIELD_NUMBER: _ClassVar[int]
        SEASON_NUMBER_FIELD_NUMBER: _ClassVar[int]
        id: int
        episode_number: int
        season_number: int
        def __init__(self, id: _Optional[int] = ..., episode_number: _Optional[int] = ..., season_number: _Optional[int] = ...) -> None: ...
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[ScreenedTheatrically.Episode]
    def __init__(self, results: _Optional[_Iterable[_Union[ScreenedTheatrically.Episode, _Mapping]]] = ...) -> None: ...
