"""Where real bodies of TMDB's lie, on machines that have a collection of them: beside the repository, never in it."""

from pathlib import Path

TMDB = Path(__file__).resolve().parents[2] / "shared" / "tmdb"
SAMPLES = TMDB / "samples"
NOT_HERE = "../shared/tmdb is not beside this repository, and real bodies are not ours to ship"
"""The one reason for which a test may be skipped: what a clone alone runs has made-up bodies in their place."""
