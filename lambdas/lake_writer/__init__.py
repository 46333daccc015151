"""Lake, stage 1: turns new objects of bronze into Parquet."""
