"""The built-in functions, as Python calls them."""
