-- Each dataset by day, over the 30 days up to :date: ids that TMDB's export listed, ids it listed for the first time in
-- these days, ids that it listed before and no longer does, and titles that TMDB answered to be gone.
WITH spans AS (
    SELECT
        dataset,
        id,
        max(date_diff('day', CAST(dt AS DATE), :date)) AS first_day,
        min(date_diff('day', CAST(dt AS DATE), :date)) AS last_day
    FROM export_ids
    WHERE
        dt > date_format(date_add('day', -30, :date), '%Y-%m-%d')
        AND dt <= date_format(:date, '%Y-%m-%d')
    GROUP BY dataset, id
),
spanned AS (
    SELECT dataset, first_day, last_day, count(*) AS ids
    FROM spans
    GROUP BY dataset, first_day, last_day
),
listed AS (
    SELECT dataset, date_diff('day', CAST(dt AS DATE), :date) AS day, count(*) AS ids
    FROM export_ids
    WHERE
        dt > date_format(date_add('day', -30, :date), '%Y-%m-%d')
        AND dt <= date_format(:date, '%Y-%m-%d')
    GROUP BY dataset, date_diff('day', CAST(dt AS DATE), :date)
),
days AS (
    SELECT
        dataset,
        day,
        ids,
        lag(day) OVER (PARTITION BY dataset ORDER BY day) AS next_day,
        max(day) OVER (PARTITION BY dataset) AS first_day
    FROM listed
),
counted AS (
    SELECT dataset, day, ids AS listed, 0 AS new, 0 AS unlisted, 0 AS gone
    FROM days
    UNION ALL
    SELECT days.dataset, days.day, 0, spanned.ids, 0, 0
    FROM days
    INNER JOIN spanned ON days.dataset = spanned.dataset AND days.day = spanned.first_day
    WHERE days.day < days.first_day
    UNION ALL
    SELECT days.dataset, days.next_day, 0, 0, spanned.ids, 0
    FROM days
    INNER JOIN spanned ON days.dataset = spanned.dataset AND days.day = spanned.last_day
    WHERE days.next_day IS NOT NULL
    UNION ALL
    SELECT dataset, date_diff('day', CAST(dt AS DATE), :date), 0, 0, 0, count(DISTINCT id)
    FROM silver_gone
    WHERE
        dataset <> 'season'
        AND dt > date_format(date_add('day', -30, :date), '%Y-%m-%d')
        AND dt <= date_format(:date, '%Y-%m-%d')
    GROUP BY dataset, date_diff('day', CAST(dt AS DATE), :date)
)
SELECT
    dataset,
    date_format(date_add('day', -day, :date), '%Y-%m-%d') AS dt,
    CAST(sum(listed) AS BIGINT) AS listed,
    CAST(sum(new) AS BIGINT) AS new,
    CAST(sum(unlisted) AS BIGINT) AS unlisted,
    CAST(sum(gone) AS BIGINT) AS gone
FROM counted
GROUP BY dataset, day
ORDER BY dataset, dt
