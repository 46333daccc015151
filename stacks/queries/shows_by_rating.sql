-- How the ratings of the newest day's shows are spread, of those that at least 50 have voted for.
SELECT CAST(floor(vote_average) AS INTEGER) AS rating, count(DISTINCT show_id) AS shows
FROM silver_shows
WHERE
    dt = (SELECT max(dt) FROM silver_shows)
    AND vote_count >= 50
GROUP BY CAST(floor(vote_average) AS INTEGER)
ORDER BY rating DESC
