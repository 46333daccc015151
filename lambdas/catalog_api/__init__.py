"""The catalog's API: search, one movie, a page for people."""
