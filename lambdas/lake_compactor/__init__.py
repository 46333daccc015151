"""Lake, stage 2: merges the files of a day, and keeps one newest row per id."""
