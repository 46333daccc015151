-- How many rows of shows there are, over all days.
SELECT count(*) AS total_shows
FROM silver_shows
