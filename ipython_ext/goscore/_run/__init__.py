"""Running a cell on the worker."""
