"""Random Go functions on random columns of every library, beside the same in plain Python."""
