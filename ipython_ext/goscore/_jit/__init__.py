"""``@goscore.jit``: a Python function that runs in Go where that gives the same."""
