"""DuckDB: Go aggregates in SQL."""

from __future__ import annotations

from ._adapters.aggregates import register

__all__ = ["register"]
