-- The 20 most popular shows of the newest day, with where they come from.
SELECT
    title,
    max(popularity) AS popularity,
    max(vote_average) AS vote_average,
    max(vote_count) AS vote_count,
    max(first_air_date) AS first_air_date,
    coalesce(nullif(max(array_join(origin_country, ', ')), ''), 'Unknown') AS countries
FROM silver_shows
WHERE dt = (SELECT max(dt) FROM silver_shows)
GROUP BY show_id, title
ORDER BY popularity DESC, title
LIMIT 20
