"""The catalog of movies in Postgres: what its migrator, its loader and its API share."""
