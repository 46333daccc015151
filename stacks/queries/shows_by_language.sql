-- The 15 languages most of the newest day's shows were made in.
SELECT
    original_language,
    count(DISTINCT show_id) AS shows,
    round(avg(popularity), 2) AS avg_popularity,
    round(avg(vote_average), 2) AS avg_rating
FROM silver_shows
WHERE dt = (SELECT max(dt) FROM silver_shows)
GROUP BY original_language
ORDER BY shows DESC, original_language
LIMIT 15
