"""Calling a Go function of a cell from Python."""
