"""Segments, and the memory that they may take."""
