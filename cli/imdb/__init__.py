"""From lists of IMDb ids to TMDB's titles: here with no AWS (`download`), or by the fleet (`launch`, `simulate`)."""
