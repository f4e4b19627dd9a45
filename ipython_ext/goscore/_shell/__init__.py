"""The commands of ``python -m goscore``."""
