"""The catalog loader: movies out of the bucket's objects, into Postgres."""
