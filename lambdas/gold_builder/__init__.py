"""Lake, last stage: builds the tables of gold, each by one SQL file, anew every day."""
