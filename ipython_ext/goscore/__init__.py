"""Write Go in a notebook cell, run it on a DataFrame, get an ordinary Python object back.

%load_ext goscore

%%goscore -i df
goscore.ScoreSeries(df.v)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._errors import (
    ArgumentTypeError,
    ArgumentValueError,
    GoCompileError,
    GoError,
    GoNameError,
    GoPanic,
    GoscoreError,
    GoTimeoutError,
    GoToolchainError,
    OutOfMemoryError,
    ProgramDiedError,
    WorkerDiedError,
)

if TYPE_CHECKING:
    from . import _duckdb as duckdb  # noqa: F401
    from ._adapters.batches import Batches as Batches
    from ._adapters.methods import transformer as transformer
    from ._adapters.pandas import Engine
    from ._builtin.features import bucketize, ewma, hash_encode, rolling, zscore
    from ._builtin.numbers import score, score_series, weighted_mean, weighted_sum
    from ._builtin.parsing import parse_number, parse_timestamp
    from ._builtin.validate import validate
    from ._check.check import check
    from ._compile import compile, load
    from ._doctor import doctor
    from ._draft.draft import draft
    from ._export.export import export
    from ._jit.jit import jit
    from ._listing import functions
    from ._magic.extension import load_ipython_extension as load_ipython_extension
    from ._magic.extension import unload_ipython_extension as unload_ipython_extension
    from ._measure.advise import advise
    from ._measure.compare import compare
    from ._run.receipt import Receipt
    from ._share.share import share
    from ._worker.current import connect, restart

    __version__: str
    engine: Engine
    """What ``engine=`` of ``map`` and ``apply`` of pandas 3 takes, to give Go whole columns."""
    last: Receipt | None
    """The receipt of the last run: what it cost, and where. None before the first."""

__all__ = [
    "ArgumentTypeError",
    "ArgumentValueError",
    "Batches",
    "GoCompileError",
    "GoError",
    "GoNameError",
    "GoPanic",
    "GoTimeoutError",
    "GoToolchainError",
    "GoscoreError",
    "OutOfMemoryError",
    "ProgramDiedError",
    "WorkerDiedError",
    "advise",
    "bucketize",
    "check",
    "compare",
    "compile",
    "connect",
    "doctor",
    "draft",
    "engine",
    "ewma",
    "export",
    "functions",
    "hash_encode",
    "jit",
    "last",
    "load",
    "parse_number",
    "parse_timestamp",
    "restart",
    "rolling",
    "score",
    "score_series",
    "share",
    "transformer",
    "validate",
    "weighted_mean",
    "weighted_sum",
    "zscore",
]

# Where the names are; a module is imported when one of them is first used.
_MODULES = {
    "_adapters.batches": "Batches",
    "_adapters.methods": "transformer",
    "_builtin.features": "bucketize ewma hash_encode rolling zscore",
    "_builtin.numbers": "score score_series weighted_mean weighted_sum",
    "_builtin.parsing": "parse_number parse_timestamp",
    "_builtin.validate": "validate",
    "_check.check": "check",
    "_compile": "compile load",
    "_doctor": "doctor",
    "_draft.draft": "draft",
    "_export.export": "export",
    "_jit.jit": "jit",
    "_listing": "functions",
    "_magic.extension": "load_ipython_extension unload_ipython_extension",
    "_measure.advise": "advise",
    "_measure.compare": "compare",
    "_share.share": "share",
    "_worker.current": "connect restart",
}
_PLACES = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        value = globals()[name] = getattr(import_module(f".{_PLACES[name]}", __name__), name)
        return value
    if name == "duckdb":
        return import_module("._duckdb", __name__)
    if name == "last":  # every run replaces it
        from ._run import receipt

        return receipt.last
    if name == "engine":
        try:
            from ._adapters.pandas import Engine
        except ImportError as error:
            raise GoscoreError("goscore.engine is for pandas 3 and newer") from error

        return Engine()
    if name == "__version__":
        from ._version import version

        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES, "duckdb", "last", "engine", "__version__"})
