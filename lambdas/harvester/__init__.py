"""Stage 1: lists the ids of a dataset and queues them as work items."""
