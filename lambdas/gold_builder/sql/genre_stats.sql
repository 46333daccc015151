-- Movies and tv titles by genre and by the year in which they came out (null: unknown). vote_average weighs by votes.
WITH titles AS (
    SELECT 'movie' AS dataset, genres, release_date AS came_out, popularity, vote_average, vote_count
    FROM movie_current
    UNION ALL
    SELECT 'tv', genres, first_air_date, popularity, vote_average, vote_count
    FROM tv_current
),
by_genre AS (
    SELECT
        titles.dataset,
        genre.genre_id,
        genre.genre,
        TRY_CAST(substr(titles.came_out, 1, 4) AS INTEGER) AS year,
        CAST(titles.popularity AS DECIMAL(18, 4)) AS popularity,
        CAST(titles.vote_average AS DECIMAL(18, 4)) AS vote_average,
        coalesce(titles.vote_count, 0) AS vote_count
    FROM titles
    CROSS JOIN UNNEST(
        transform(titles.genres, g -> g.id),
        transform(titles.genres, g -> g.name)
    ) AS genre (genre_id, genre)
)
SELECT
    dataset,
    genre_id,
    max(genre) AS genre,
    year,
    count(*) AS titles,
    CAST(sum(vote_count) AS BIGINT) AS votes,
    round(CAST(sum(vote_average * vote_count) AS DOUBLE) / nullif(sum(vote_count), 0), 3) AS vote_average,
    round(CAST(sum(popularity) AS DOUBLE) / nullif(count(popularity), 0), 3) AS popularity
FROM by_genre
GROUP BY dataset, genre_id, year
ORDER BY dataset, genre_id, year
