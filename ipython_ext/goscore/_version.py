"""The version of goscore."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """Return what the installer calls it; ``0+unknown`` in a checkout that is not installed."""
    try:
        return metadata.version("goscore")
    except metadata.PackageNotFoundError:
        return "0+unknown"
