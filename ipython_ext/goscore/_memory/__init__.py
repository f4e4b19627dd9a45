"""Segments and output regions: the memory that Python shares with the worker."""
