"""The deployed stacks on the emulator, beside a fake TMDB and a fake Bunny: what `make run` is made of."""
