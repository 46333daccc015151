-- How the shows of the last seven days went.
SELECT
    dt,
    round(avg(popularity), 2) AS avg_popularity,
    round(avg(vote_average), 2) AS avg_rating,
    count(*) AS shows
FROM silver_shows
WHERE dt > (SELECT date_format(date_add('day', -7, CAST(max(dt) AS DATE)), '%Y-%m-%d') FROM silver_shows)
GROUP BY dt
ORDER BY dt DESC
