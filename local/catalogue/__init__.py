"""Where a fake TMDB gets its titles from: made up from a seed, or real bodies found in a folder."""
