-- The shows with an episode on the newest day.
SELECT DISTINCT title, first_air_date, vote_average, popularity, overview
FROM silver_shows
WHERE
    dt = (SELECT max(dt) FROM silver_shows)
    AND data_type = 'airing_today'
ORDER BY popularity DESC, title
