"""The offline world: what stands in for TMDB, Bunny and AWS when the pipeline runs on one machine."""
