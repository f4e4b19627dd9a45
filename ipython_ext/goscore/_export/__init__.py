"""Functions as a package of their own, which needs no Go."""
