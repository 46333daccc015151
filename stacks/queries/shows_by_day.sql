-- Shows by day and list, with their average popularity and rating.
SELECT
    dt,
    data_type,
    count(*) AS shows,
    round(avg(popularity), 2) AS avg_popularity,
    round(avg(vote_average), 2) AS avg_rating
FROM silver_shows
GROUP BY dt, data_type
ORDER BY dt DESC, data_type
