-- Popularity of each title, day by day, over the 30 days up to :date, where it was fetched on two days at least.
-- day_over_day and week_over_week compare with the value of exactly one and seven days before, and are null without one.
WITH fetched AS (
    SELECT 'movie' AS dataset, id, title, dt, popularity FROM silver_movie
    UNION ALL
    SELECT 'movie', id, title, dt, popularity FROM silver_movie_popular
    UNION ALL
    SELECT 'movie', id, title, dt, popularity FROM silver_movie_trending_day
    UNION ALL
    SELECT 'movie', id, title, dt, popularity FROM silver_movie_trending_week
    UNION ALL
    SELECT 'movie', id, title, dt, popularity FROM silver_movie_now_playing
    UNION ALL
    SELECT 'movie', id, title, dt, popularity FROM silver_movie_upcoming
    UNION ALL
    SELECT 'movie', id, title, dt, popularity FROM silver_movie_top_rated
    UNION ALL
    SELECT 'tv', id, name, dt, popularity FROM silver_tv
    UNION ALL
    SELECT 'tv', show_id, title, dt, popularity FROM silver_shows
    UNION ALL
    SELECT 'person', id, name, dt, popularity FROM silver_person
),
daily AS (
    SELECT
        dataset,
        id,
        dt,
        date_diff('day', CAST(dt AS DATE), :date) AS days_ago,
        max(title) AS title,
        max(popularity) AS popularity
    FROM fetched
    WHERE
        dt > date_format(date_add('day', -30, :date), '%Y-%m-%d')
        AND dt <= date_format(:date, '%Y-%m-%d')
        AND popularity IS NOT NULL
    GROUP BY dataset, id, dt
),
compared AS (
    SELECT
        dataset,
        id,
        dt,
        title,
        popularity,
        max(popularity) OVER (
            PARTITION BY dataset, id ORDER BY days_ago RANGE BETWEEN 1 FOLLOWING AND 1 FOLLOWING
        ) AS day_before,
        max(popularity) OVER (
            PARTITION BY dataset, id ORDER BY days_ago RANGE BETWEEN 7 FOLLOWING AND 7 FOLLOWING
        ) AS week_before,
        sum(CAST(popularity AS DECIMAL(18, 4))) OVER (
            PARTITION BY dataset, id ORDER BY days_ago RANGE BETWEEN CURRENT ROW AND 6 FOLLOWING
        ) AS week_sum,
        count(*) OVER (
            PARTITION BY dataset, id ORDER BY days_ago RANGE BETWEEN CURRENT ROW AND 6 FOLLOWING
        ) AS week_days,
        count(*) OVER (PARTITION BY dataset, id) AS days
    FROM daily
)
SELECT
    dataset,
    id,
    title,
    dt,
    round(popularity, 3) AS popularity,
    round(popularity - day_before, 3) AS day_over_day,
    round(popularity - week_before, 3) AS week_over_week,
    round(CAST(week_sum AS DOUBLE) / week_days, 3) AS week_average
FROM compared
WHERE days > 1
ORDER BY dataset, id, dt
