"""``goscore.check()``: looks for an input on which a Python function and a Go function differ."""
