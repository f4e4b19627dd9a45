"""A first Go version of a simple Python function."""

from __future__ import annotations

from ._draft import Draft, make
from ._refusal import Untranslated

__all__ = ["Draft", "Untranslated", "make"]
