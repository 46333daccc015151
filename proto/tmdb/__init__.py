"""Messages for what The Movie Database (TMDB) describes."""
