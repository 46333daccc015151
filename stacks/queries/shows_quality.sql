-- What is wrong with the shows of each day and list; rows that failed the checks are in quarantine, so all should be 0.
SELECT
    dt,
    data_type,
    count(*) AS shows,
    count_if(show_id IS NULL) AS missing_id,
    count_if(title IS NULL OR title = '') AS missing_title,
    count_if(popularity < 0) AS invalid_popularity,
    count_if(vote_average < 0 OR vote_average > 10) AS invalid_rating
FROM silver_shows
GROUP BY dt, data_type
ORDER BY dt DESC, data_type
