-- The 20 most popular of the shows that trend on the newest day.
SELECT DISTINCT title, popularity, vote_average, first_air_date, overview
FROM silver_shows
WHERE
    dt = (SELECT max(dt) FROM silver_shows)
    AND data_type = 'trending_shows'
ORDER BY popularity DESC, title
LIMIT 20
