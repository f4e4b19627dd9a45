"""A first Go version of a simple Python function."""
