"""`make run`: the pipeline's own stacks on an emulator, beside a fake TMDB and a fake Bunny."""
