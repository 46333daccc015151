-- Shows of the newest day that many have voted for, and well.
SELECT DISTINCT title, vote_average, vote_count, popularity, first_air_date, overview
FROM silver_shows
WHERE
    dt = (SELECT max(dt) FROM silver_shows)
    AND vote_count > 100
    AND vote_average > 7.5
ORDER BY vote_count DESC, title
LIMIT 30
