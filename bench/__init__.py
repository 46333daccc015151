"""`make bench`: how fast the pipeline is, in ratios to floors and peers that are measured in the same run."""
