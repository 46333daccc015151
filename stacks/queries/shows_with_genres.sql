-- The 50 most popular shows of the newest day that have genres, and these by name, as far as their titles are mirrored.
WITH names AS (
    SELECT genre.id, max(genre.name) AS name
    FROM tv_current
    CROSS JOIN UNNEST(genres) AS genre (id, name)
    GROUP BY genre.id
),
shows AS (
    SELECT show_id, title, max(popularity) AS popularity, max(vote_average) AS vote_average, max(genre_ids) AS genre_ids
    FROM silver_shows
    WHERE dt = (SELECT max(dt) FROM silver_shows)
    GROUP BY show_id, title
)
SELECT
    shows.title,
    shows.popularity,
    shows.vote_average,
    array_join(array_agg(coalesce(names.name, CAST(genre.id AS VARCHAR)) ORDER BY genre.id), ', ') AS genres
FROM shows
CROSS JOIN UNNEST(shows.genre_ids) AS genre (id)
LEFT JOIN names ON genre.id = names.id
GROUP BY shows.show_id, shows.title, shows.popularity, shows.vote_average
ORDER BY shows.popularity DESC, shows.title
LIMIT 50
