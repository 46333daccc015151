-- The 1,000 people with the most titles, in front of and behind the camera.
WITH credits AS (
    SELECT
        id,
        name,
        known_for_department,
        popularity,
        coalesce(transform(combined_credits."cast", c -> c.media_type || '/' || CAST(c.id AS VARCHAR)), ARRAY[]) AS acted,
        coalesce(transform(combined_credits.crew, c -> c.media_type || '/' || CAST(c.id AS VARCHAR)), ARRAY[]) AS made
    FROM person_current
),
counted AS (
    SELECT
        id,
        name,
        known_for_department,
        popularity,
        cardinality(array_distinct(concat(acted, made))) AS titles,
        cardinality(acted) AS cast_credits,
        cardinality(made) AS crew_credits
    FROM credits
),
ranked AS (
    SELECT *, row_number() OVER (ORDER BY titles DESC, cast_credits + crew_credits DESC, id) AS rank
    FROM counted
    WHERE titles > 0
)
SELECT rank, id, name, known_for_department, titles, cast_credits, crew_credits, round(popularity, 3) AS popularity
FROM ranked
WHERE rank <= 1000
ORDER BY rank
