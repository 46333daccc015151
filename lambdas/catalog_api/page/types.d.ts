// Generated from proto/ by `make proto`; do not edit.

export interface AlternativeTitle {
  iso_3166_1?: string;
  title?: string;
  type?: string;
}

export interface Cast {
  id?: number;
  adult?: boolean;
  cast_id?: number;
  character?: string;
  credit_id?: string;
  gender?: number;
  known_for_department?: string;
  name?: string;
  order?: number;
  original_name?: string;
  popularity?: number;
  profile_path?: string;
}

export interface CatalogMovie {
  id?: number;
  tmdb_id?: number;
  title?: string;
  original_title?: string;
  year?: number;
  release_date?: string;
  genres: string[];
  cast: string[];
  cast_count?: number;
  popularity?: number;
  poster_path?: string;
  edge_key?: string;
  fetched_at?: number;
}

export interface CatalogPage {
  movies: CatalogMovie[];
  total?: number;
  total_is_estimate?: boolean;
  next?: string;
}

export interface Changes {
  changes: ChangesChange[];
}

export interface ChangesChange {
  key?: string;
  items: ChangesItem[];
}

export interface ChangesItem {
  id?: string;
  action?: string;
  time?: string;
  iso_639_1?: string;
  iso_3166_1?: string;
}

export interface CollectionRef {
  id?: number;
  name?: string;
  poster_path?: string;
  backdrop_path?: string;
}

export interface CompanyRef {
  id?: number;
  logo_path?: string;
  name?: string;
  origin_country?: string;
}

export interface Country {
  iso_3166_1?: string;
  name?: string;
}

export interface Credits {
  cast: Cast[];
  crew: Crew[];
  guest_stars: Cast[];
}

export interface Crew {
  id?: number;
  adult?: boolean;
  credit_id?: string;
  department?: string;
  gender?: number;
  job?: string;
  known_for_department?: string;
  name?: string;
  original_name?: string;
  popularity?: number;
  profile_path?: string;
}

export interface ExternalIds {
  imdb_id?: string;
  wikidata_id?: string;
  facebook_id?: string;
  instagram_id?: string;
  twitter_id?: string;
  tiktok_id?: string;
  youtube_id?: string;
  tvdb_id?: number;
  tvrage_id?: number;
  freebase_id?: string;
  freebase_mid?: string;
}

export interface Genre {
  id?: number;
  name?: string;
}

export interface Image {
  aspect_ratio?: number;
  file_path?: string;
  height?: number;
  iso_639_1?: string;
  iso_3166_1?: string;
  vote_average?: number;
  vote_count?: number;
  width?: number;
  id?: string;
  file_type?: string;
}

export interface KeywordRef {
  id?: number;
  name?: string;
}

export interface Language {
  english_name?: string;
  iso_639_1?: string;
  name?: string;
}

export interface ListException {
  path?: string;
  rows: number[];
}

export interface ListPage {
  page?: number;
  results: ListRef[];
  total_pages?: number;
  total_results?: number;
}

export interface ListRef {
  description?: string;
  favorite_count?: number;
  id?: string;
  iso_3166_1?: string;
  iso_639_1?: string;
  item_count?: number;
  list_type?: string;
  name?: string;
  poster_path?: string;
}

export interface Meta {
  schema_version?: number;
  fetched_at?: number;
  source?: string;
  dataset?: string;
  exceptions: ListException[];
}

export interface Movie {
  meta?: Meta;
  id?: number;
  title?: string;
  original_title?: string;
  original_language?: string;
  overview?: string;
  release_date?: string;
  runtime?: number;
  popularity?: number;
  vote_average?: number;
  vote_count?: number;
  genres: Genre[];
  poster_path?: string;
  backdrop_path?: string;
  imdb_id?: string;
  adult?: boolean;
  belongs_to_collection?: CollectionRef;
  budget?: number;
  homepage?: string;
  origin_country: string[];
  production_companies: CompanyRef[];
  production_countries: Country[];
  revenue?: number;
  spoken_languages: Language[];
  status?: string;
  tagline?: string;
  video?: boolean;
  softcore?: boolean;
  alternative_titles?: MovieAlternativeTitles;
  credits?: Credits;
  external_ids?: ExternalIds;
  images?: TitleImages;
  keywords?: MovieKeywords;
  recommendations?: TitlePage;
  release_dates?: ReleaseDates;
  reviews?: ReviewPage;
  similar?: TitlePage;
  translations?: Translations;
  videos?: Videos;
  watch_providers?: WatchProviders;
  lists?: ListPage;
  changes?: Changes;
  casts?: Credits;
  releases?: Releases;
  similar_movies?: TitlePage;
  trailers?: Trailers;
}

export interface MovieAlternativeTitles {
  titles: AlternativeTitle[];
}

export interface MovieKeywords {
  keywords: KeywordRef[];
}

export interface ReleaseDates {
  results: ReleaseDatesByCountry[];
}

export interface ReleaseDatesByCountry {
  iso_3166_1?: string;
  release_dates: ReleaseDatesRelease[];
}

export interface ReleaseDatesRelease {
  certification?: string;
  descriptors: string[];
  iso_639_1?: string;
  note?: string;
  release_date?: string;
  type?: number;
}

export interface Releases {
  countries: ReleasesRelease[];
}

export interface ReleasesRelease {
  certification?: string;
  descriptors: string[];
  iso_3166_1?: string;
  primary?: boolean;
  release_date?: string;
}

export interface Review {
  id?: string;
  author?: string;
  author_details?: ReviewAuthor;
  content?: string;
  created_at?: string;
  updated_at?: string;
  url?: string;
}

export interface ReviewAuthor {
  name?: string;
  username?: string;
  avatar_path?: string;
  rating?: number;
}

export interface ReviewPage {
  page?: number;
  results: Review[];
  total_pages?: number;
  total_results?: number;
}

export interface TitleImages {
  backdrops: Image[];
  logos: Image[];
  posters: Image[];
}

export interface TitlePage {
  page?: number;
  results: TitleRef[];
  total_pages?: number;
  total_results?: number;
}

export interface TitleRef {
  id?: number;
  adult?: boolean;
  backdrop_path?: string;
  genre_ids: number[];
  media_type?: string;
  original_language?: string;
  overview?: string;
  popularity?: number;
  poster_path?: string;
  vote_average?: number;
  vote_count?: number;
  title?: string;
  original_title?: string;
  release_date?: string;
  video?: boolean;
  name?: string;
  original_name?: string;
  first_air_date?: string;
  origin_country: string[];
  softcore?: boolean;
  _id?: string;
}

export interface Trailers {
  quicktime: TrailersQuicktime[];
  youtube: TrailersYoutube[];
}

export interface TrailersQuicktime {
  name?: string;
  sources: TrailersQuicktimeSource[];
}

export interface TrailersQuicktimeSource {
  size?: string;
  source?: string;
}

export interface TrailersYoutube {
  name?: string;
  size?: string;
  source?: string;
  type?: string;
}

export interface Translation {
  iso_3166_1?: string;
  iso_639_1?: string;
  name?: string;
  english_name?: string;
  data?: TranslationData;
}

export interface TranslationData {
  biography?: string;
  homepage?: string;
  name?: string;
  overview?: string;
  runtime?: number;
  tagline?: string;
  title?: string;
}

export interface Translations {
  translations: Translation[];
}

export interface Video {
  id?: string;
  iso_3166_1?: string;
  iso_639_1?: string;
  key?: string;
  name?: string;
  official?: boolean;
  published_at?: string;
  site?: string;
  size?: number;
  type?: string;
}

export interface Videos {
  results: Video[];
}

export interface WatchProviders {
  results: Record<string, WatchProvidersOffers>;
}

export interface WatchProvidersOffers {
  link?: string;
  flatrate: WatchProvidersProvider[];
  rent: WatchProvidersProvider[];
  buy: WatchProvidersProvider[];
  ads: WatchProvidersProvider[];
  free: WatchProvidersProvider[];
  flatrate_and_buy: WatchProvidersProvider[];
}

export interface WatchProvidersProvider {
  display_priority?: number;
  logo_path?: string;
  provider_id?: number;
  provider_name?: string;
}
