"""The same cells in environments of their own: old libraries and new, hosted notebooks, and libraries left out."""
