"""Conversion between the libraries' columns and Arrow arrays."""
