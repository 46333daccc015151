-- A blank line ends a statement. Columns of movie are the fields of CatalogMovie in proto/tmdb/v1/catalog.proto.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE movie (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tmdb_id integer UNIQUE CHECK (tmdb_id > 0),
    title text NOT NULL CHECK (title <> ''),
    original_title text,
    year integer CHECK (year BETWEEN 1870 AND 2100),
    release_date text,
    genres text[] NOT NULL,
    "cast" text[] NOT NULL,
    popularity double precision NOT NULL,
    poster_path text,
    fetched_at bigint NOT NULL,
    -- What is searched: title and original title, and the cast, each on a line of its own, as normalise() writes it.
    title_norm text NOT NULL,
    cast_norm text NOT NULL,
    sort_title text COLLATE "C" NOT NULL,
    CHECK (tmdb_id IS NOT NULL OR year IS NOT NULL)
);

-- Without a TMDB id a movie is its title and year: remakes stay apart.
CREATE UNIQUE INDEX movie_title_year ON movie (title, year) WHERE tmdb_id IS NULL;

CREATE INDEX movie_title_norm ON movie USING gin (title_norm gin_trgm_ops);

CREATE INDEX movie_cast_norm ON movie USING gin (cast_norm gin_trgm_ops);

-- Ten times the usual sample of texts: how often a word occurs decides how it is looked for.
ALTER TABLE movie ALTER title_norm SET STATISTICS 1000, ALTER cast_norm SET STATISTICS 1000;

CREATE INDEX movie_genres ON movie USING gin (genres);

CREATE INDEX movie_popularity ON movie (popularity DESC, id DESC);

-- Serves the sort by year as well as a year's most popular movies.
CREATE INDEX movie_year ON movie ((coalesce(year, 0)) DESC, popularity DESC, id DESC);

CREATE INDEX movie_sort_title ON movie (sort_title, id);

-- The genres that occur, so that a part of a name finds them without a look at the movies.
CREATE TABLE genre (
    name text PRIMARY KEY,
    name_norm text NOT NULL
);

-- Titles that TMDB no longer has, and when it said so: what it said before must not bring them back.
CREATE TABLE gone (
    tmdb_id integer PRIMARY KEY,
    fetched_at bigint NOT NULL
);

-- Rows that could not be taken; source is bucket and key, position counts its rows from 1.
CREATE TABLE reject (
    source text NOT NULL,
    fetched_at bigint NOT NULL,
    position bigint NOT NULL,
    reason text NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (source, fetched_at, position)
);
