-- Each dataset by day, over the 30 days up to :date: ids that TMDB's export listed, ids it listed for the first time in
-- these days, ids that it listed before and no longer does, and titles that TMDB answered to be gone.
WITH listed AS (
    SELECT dataset, dt, id
    FROM export_ids
    WHERE
        dt > date_format(date_add('day', -30, :date), '%Y-%m-%d')
        AND dt <= date_format(:date, '%Y-%m-%d')
),
days AS (
    SELECT
        dataset,
        dt,
        count(DISTINCT id) AS listed,
        lead(dt) OVER (PARTITION BY dataset ORDER BY dt) AS next_dt,
        row_number() OVER (PARTITION BY dataset ORDER BY dt) AS day_number
    FROM listed
    GROUP BY dataset, dt
),
spans AS (
    SELECT dataset, id, min(dt) AS first_dt, max(dt) AS last_dt
    FROM listed
    GROUP BY dataset, id
),
counted AS (
    SELECT dataset, dt, listed, 0 AS new, 0 AS unlisted, 0 AS gone
    FROM days
    UNION ALL
    SELECT days.dataset, days.dt, 0, count(*), 0, 0
    FROM spans
    INNER JOIN days ON spans.dataset = days.dataset AND spans.first_dt = days.dt
    WHERE days.day_number > 1
    GROUP BY days.dataset, days.dt
    UNION ALL
    SELECT days.dataset, days.next_dt, 0, 0, count(*), 0
    FROM spans
    INNER JOIN days ON spans.dataset = days.dataset AND spans.last_dt = days.dt
    WHERE days.next_dt IS NOT NULL
    GROUP BY days.dataset, days.next_dt
    UNION ALL
    SELECT dataset, dt, 0, 0, 0, count(DISTINCT id)
    FROM silver_gone
    WHERE
        dt > date_format(date_add('day', -30, :date), '%Y-%m-%d')
        AND dt <= date_format(:date, '%Y-%m-%d')
    GROUP BY dataset, dt
)
SELECT
    dataset,
    dt,
    CAST(sum(listed) AS BIGINT) AS listed,
    CAST(sum(new) AS BIGINT) AS new,
    CAST(sum(unlisted) AS BIGINT) AS unlisted,
    CAST(sum(gone) AS BIGINT) AS gone
FROM counted
GROUP BY dataset, dt
ORDER BY dataset, dt
