-- How whole and how fresh each dataset is: ids in TMDB's newest export of the 3 days up to :date, how many of them are
-- stored and how many missing, what is stored and no longer listed, and when the oldest and the newest was fetched.
WITH seen AS (
    SELECT dataset, id, max(dt) AS last_dt
    FROM export_ids
    WHERE
        dt > date_format(date_add('day', -3, :date), '%Y-%m-%d')
        AND dt <= date_format(:date, '%Y-%m-%d')
    GROUP BY dataset, id
),
newest AS (
    SELECT dataset, max(last_dt) AS dt FROM seen GROUP BY dataset
),
listed AS (
    SELECT seen.dataset, seen.id
    FROM seen
    INNER JOIN newest ON seen.dataset = newest.dataset AND seen.last_dt = newest.dt
),
stored AS (
    SELECT 'movie' AS dataset, id, fetched_at FROM movie_current
    UNION ALL
    SELECT 'tv', id, fetched_at FROM tv_current
    UNION ALL
    SELECT 'person', id, fetched_at FROM person_current
    UNION ALL
    SELECT 'collection', id, fetched_at FROM collection_current
    UNION ALL
    SELECT 'company', id, fetched_at FROM company_current
    UNION ALL
    SELECT 'keyword', id, fetched_at FROM keyword_current
    UNION ALL
    SELECT 'network', id, fetched_at FROM network_current
),
compared AS (
    SELECT
        coalesce(listed.dataset, stored.dataset) AS dataset,
        listed.id AS listed_id,
        stored.id AS stored_id,
        stored.fetched_at
    FROM listed
    FULL OUTER JOIN stored ON listed.dataset = stored.dataset AND listed.id = stored.id
)
SELECT
    compared.dataset,
    max(newest.dt) AS export_dt,
    count(listed_id) AS listed,
    count(stored_id) AS stored,
    count(CASE WHEN stored_id IS NULL THEN listed_id END) AS missing,
    count(CASE WHEN listed_id IS NULL THEN stored_id END) AS unlisted,
    min(fetched_at) AS oldest_fetch,
    max(fetched_at) AS newest_fetch
FROM compared
LEFT JOIN newest ON compared.dataset = newest.dataset
GROUP BY compared.dataset
ORDER BY compared.dataset
