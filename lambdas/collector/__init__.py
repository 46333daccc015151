"""Stage 2: fetches the titles of a work item and stores them at the edge."""
