-- The ten most popular shows of the newest day.
SELECT DISTINCT title, popularity, vote_average
FROM silver_shows
WHERE dt = (SELECT max(dt) FROM silver_shows)
ORDER BY popularity DESC, title
LIMIT 10
