"""Write Go in a notebook cell, run it on a DataFrame, get an ordinary Python object back.

%load_ext goscore

%%goscore -i df
goscore.ScoreSeries(df.v)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ._builtin.features import bucketize, ewma, hash_encode, rolling, zscore
from ._builtin.numbers import score, score_series, weighted_mean, weighted_sum
from ._builtin.parsing import parse_number, parse_timestamp
from ._builtin.validate import validate
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
from ._magic.extension import load_ipython_extension as load_ipython_extension
from ._magic.extension import unload_ipython_extension as unload_ipython_extension
from ._share.share import share
from ._worker.current import connect, restart

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path

    from ._adapters.batches import Batches
    from ._adapters.pandas import Engine
    from ._adapters.sklearn import GoTransformer
    from ._doctor import Health
    from ._draft.draft import Draft
    from ._function import GoFunction
    from ._listing import Functions
    from ._measure.advise import Advice
    from ._measure.comparison import Comparison
    from ._run.receipt import Receipt

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
    "compare",
    "connect",
    "doctor",
    "draft",
    "engine",
    "ewma",
    "export",
    "functions",
    "hash_encode",
    "last",
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


def advise(py_func: Callable[..., Any], *args: Any, calls: int | None = None) -> Advice:
    """Ask three questions before a Python function is moved to Go, and answer them by measuring.

    Is it CPU-bound? Is it a hot spot that NumPy or pandas cannot do? Will it be used often enough
    to pay for Go's compiler, and does a call gain more than goscore's own messages and copies cost?

    Parameters
    ----------
    py_func : callable
        It is run several times, on some of the rows first.
    *args
        What it would be called with.
    calls : int, optional
        How often it will be called. Without, the advice says from which call on Go pays.

    Returns
    -------
    Advice
        ``.verdict`` is ``"go"`` or ``"python"``, ``.reasons`` say why, ``.facts`` are the figures.

    Raises
    ------
    ArgumentValueError
        It changes its arguments in place.
    Exception
        What the function raises.
    """
    from ._measure.advise import advise as ask

    return ask(py_func, *args, calls=calls)


def compare(
    py_func: Callable[..., Any],
    go_func: Callable[..., Any],
    *args: Any,
    others: Mapping[str, Callable[..., Any]] | None = None,
    budget: float = 10,
) -> Comparison:
    """Run a Python function, its Go version and others on the same data, and compare them.

    All get the same arguments, with growing numbers of their first rows: ten,
    a hundred, and so on to all. The runs of all alternate. One that would take too
    long on more rows stops at the last that it could.

    Parameters
    ----------
    py_func : callable
        Its results are those that the others should give.
    go_func : callable
        A Go function of a cell, a built-in function, or Python that calls such.
    *args
        As passed to all of them. Of the columns, the longest are cut.
    others : dict of str to callable, optional
        More contenders, such as ``{"numba": f}``.
    budget : float
        Seconds that the comparison may take.

    Returns
    -------
    Comparison
        Displays as tables and a chart. ``.equal``, ``.break_even`` (rows or
        None), ``.to_pandas()``, ``.plot()``.

    Raises
    ------
    ArgumentValueError
        One of the two changes its arguments in place.
    Exception
        What one of the two raised on all sizes.
    """
    from ._measure.compare import compare as run

    return run(py_func, go_func, *args, others=others, budget=budget)


def doctor() -> Health:
    """Look at the toolchain, the worker, cores, memory and versions.

    Starts the worker when it is not running.

    Returns
    -------
    Health
        Prints as a table, with advice about what is missing below it.
    """
    from . import _doctor

    return _doctor.doctor()


def draft(py_func: Callable[..., Any], *example_args: Any) -> Draft:
    """Write a first Go version of a simple Python function, line beside line.

    What has no Go that gives the same is marked, and panics there; it is never
    guessed. Ints have 64 bits in Go, and are exact to 2**53 beside floats.
    Support functions, whose names begin with ``py``, do what Python's operators
    do where Go's differ.

    Parameters
    ----------
    py_func : function
        Made by ``def``: of loops, conditions, arithmetic, lists, strings, and
        functions of ``math``.
    *example_args : object
        Arguments as it is called with. They say the types of parameters that
        have no annotation; what nothing is known of is a float64.

    Returns
    -------
    Draft
        The Go, a string, for a ``%%goscore`` cell. ``.untranslated`` lists what
        was marked, ``.notes`` what is not quite the same as in Python.

    Raises
    ------
    ArgumentTypeError
        It is no Python function, or an example is nothing that Go could be drafted for.
    ArgumentValueError
        Its source is not there, or it returns nothing.
    """
    from ._draft.draft import make

    return make(py_func, example_args)


def export(
    *functions: GoFunction,
    name: str,
    path: str | os.PathLike[str] = "dist",
    version: str = "0.1.0",
    examples: Mapping[GoFunction, Sequence[tuple[Sequence[Any], Mapping[str, Any]]]] | None = None,
) -> Path:
    """Make a Python package of Go functions, which runs where there is neither Go nor goscore.

    A folder of its name gets the Go, tests and a README, and beside it lies a wheel for this
    platform. An earlier export of the name is replaced, unless its files were changed since.
    The examples, and those in the functions' comments behind ``>>>``, are made in a new process
    without Go before anything is written; they are the package's tests.

    Parameters
    ----------
    *functions : GoFunction
        Of cells. Calls with columns of lists need one like it made before.
    name : str
        The package's, as in ``from fast_scores import ScoreSeries``.
    path : path
        Where folder and wheel are written.
    version : str
        The package's.
    examples : dict of GoFunction to list of (tuple, dict), optional
        Calls by arguments and named arguments, as in ``{F: [((df.v,), {"by": df.k})]}``. They are
        kept with what they give, on columns of Arrow.

    Returns
    -------
    Path
        The wheel.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        Something is no function of a cell, a name cannot be a package's, or there is something
        else where the package would be.
    GoToolchainError
        A function is not compiled, and there is no Go.
    GoscoreError
        An example gives something else in the new process.
    """
    from ._export.export import export as export_package

    return export_package(functions, name, path, version, examples or {})


def transformer(
    function: GoFunction, columns: Sequence[str | int] | None = None, **arguments: Any
) -> GoTransformer:
    """Make a step of a scikit-learn pipeline of a Go function.

    It takes frames and arrays, learns nothing, and can be cloned and pickled.

    Parameters
    ----------
    function : GoFunction
        Of any kind but an aggregate.
    columns : list of str or int, optional
        What its parameters, or the fields of its struct, take, in their order. Without, they take
        the columns of their names, or of an array all. A function of one column is called on each.
    **arguments
        Options such as ``errors="coerce"``, and values for parameters that are no columns.

    Returns
    -------
    GoTransformer
        Gives the results alone, named after their columns or the function; with a
        ``ColumnTransformer``, others can be kept.
    """
    from ._adapters.sklearn import GoTransformer

    return GoTransformer(function, columns, arguments)


def functions() -> Functions:
    """List what can be called: the built-in functions, and those of this session's cells.

    Returns
    -------
    Functions
        Prints as a table; ``.to_pandas()`` makes a DataFrame of it.
    """
    from . import _listing

    return _listing.functions()


def __getattr__(name: str) -> Any:
    if name == "last":  # the receipt of the last run, which every run replaces
        from ._run import receipt

        return receipt.last
    if name == "Batches":
        from ._adapters.batches import Batches

        return Batches
    if name == "engine":
        try:
            from ._adapters.pandas import Engine
        except ImportError as error:
            raise GoscoreError("goscore.engine is for pandas 3 and newer") from error

        return Engine()
    if name == "__version__":
        from importlib import metadata

        try:
            return metadata.version("goscore")
        except metadata.PackageNotFoundError:  # run from a checkout
            return "0+unknown"
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), "last", "engine", "Batches", "__version__"})
