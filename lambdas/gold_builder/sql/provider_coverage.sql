-- Watch providers by country: how many titles each offers, and how. The data is JustWatch's and must be attributed to it.
WITH titles AS (
    SELECT 'movie' AS dataset, id, watch_providers.results AS countries FROM movie_current
    UNION ALL
    SELECT 'tv', id, watch_providers.results FROM tv_current
),
offers AS (
    SELECT titles.dataset, titles.id, place.country, element_at(titles.countries, place.country) AS offer
    FROM titles
    CROSS JOIN UNNEST(map_keys(titles.countries)) AS place (country)
),
by_kind AS (
    SELECT
        offers.dataset,
        offers.id,
        offers.country,
        kinds.kind,
        CASE kinds.kind
            WHEN 'flatrate' THEN offers.offer.flatrate
            WHEN 'free' THEN offers.offer.free
            WHEN 'ads' THEN offers.offer.ads
            WHEN 'rent' THEN offers.offer.rent
            ELSE offers.offer.buy
        END AS providers
    FROM offers
    CROSS JOIN (VALUES ('flatrate'), ('free'), ('ads'), ('rent'), ('buy')) AS kinds (kind)
),
offered AS (
    SELECT by_kind.dataset, by_kind.id, by_kind.country, by_kind.kind, provider.provider_id, provider.provider_name
    FROM by_kind
    CROSS JOIN UNNEST(
        transform(by_kind.providers, p -> p.provider_id),
        transform(by_kind.providers, p -> p.provider_name)
    ) AS provider (provider_id, provider_name)
)
SELECT
    country,
    dataset,
    provider_id,
    max(provider_name) AS provider,
    count(DISTINCT id) AS titles,
    count(DISTINCT CASE WHEN kind = 'flatrate' THEN id END) AS flatrate,
    count(DISTINCT CASE WHEN kind = 'free' THEN id END) AS free,
    count(DISTINCT CASE WHEN kind = 'ads' THEN id END) AS ads,
    count(DISTINCT CASE WHEN kind = 'rent' THEN id END) AS rent,
    count(DISTINCT CASE WHEN kind = 'buy' THEN id END) AS buy
FROM offered
GROUP BY country, dataset, provider_id
ORDER BY country, dataset, provider_id
