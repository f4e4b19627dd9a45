"""Go functions as Python callables."""

from __future__ import annotations

from html import escape
from inspect import Signature
from typing import TYPE_CHECKING, Any

from ._adapters.methods import Engines
from ._call.signature import CallOptions, bound, kind_text, signature
from ._observed import Observed
from ._protocol.check import checked
from ._protocol.functions import FunctionInfo
from ._stream.sources import is_stream, opened
from ._worker.programs import Programs, export_programs

if TYPE_CHECKING:
    from ._call.prepared import Prepared
    from ._call.tables import Table
    from ._stream.partials import Partials


class GoFunction(Observed, Engines):
    """An exported Go function of a cell, called on columns.

    It has its Go source, so it can be pickled, and called in any process and
    after any restart, whatever later cells declare. A pickle also has the
    compiled programs: a process of the same platform and version of goscore
    needs no Go and does not compile.

    Parameters
    ----------
    info : FunctionInfo or dict
        What the worker says of it; pickles have the JSON.
    module : str
        The Python module that it is in.
    threads, timeout : optional
        Those of its cell, where a call does not say.

    Attributes
    ----------
    kind : str
        ``scalar``, ``vector``, ``aggregate``, ``scan`` or ``row``.
    go_source : str
        Its Go, as in the cell.
    """

    __signature__: Signature

    def __init__(
        self,
        info: FunctionInfo | dict[str, Any],
        module: str = "__main__",
        threads: int | None = None,
        timeout: float | None = None,
    ) -> None:
        if not isinstance(info, FunctionInfo):
            info = checked(info, FunctionInfo, "a function")
        self._info = info
        self._options = CallOptions(threads=threads, timeout=timeout)
        self._tables: dict[str, Table] = {}
        self._unbound = self
        self.__name__ = self.__qualname__ = info.name
        self.__module__ = module
        self.__signature__ = signature(info, self._options)
        self.__doc__ = _documentation(info)
        self.kind = info.kind
        self.go_source = info.source
        self._programs: Programs | None = None  # from another process, or packed for one
        self._called = False  # since they were packed
        self._prepared: Prepared | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it on columns of any library, or on plain values alone.

        Parameters
        ----------
        *args
            A column or a plain value for each parameter in Go, but for the state of a scan; a
            frame or a dict for a row function. They can be passed by name. Or, for data beyond memory, one dataset,
            scanner or reader of pyarrow, whose columns are matched with the parameters by name:
            a function on rows gives a reader, an aggregate with ``Merge`` its result.
        by : column or list of columns, optional
            Keys of groups, for vector and aggregate functions and scans; of a stream their names.
        keep : str or list of str, optional
            Columns of a stream that its reader gives beside the result.
        dropna : bool, default True
            Whether rows with a missing key belong to no group.
        errors : {"raise", "coerce", "report"}
            What happens to rows whose last result, an error, is not nil: one exception for all;
            missing; missing, with a frame of them as second result.
        init : optional
            A scan's state before the first row; without, that of its ``//goscore:scan init=``.
        timeout : float, optional
            Seconds after which the run is stopped.
        threads : int, optional
            Cores to run on.

        Returns
        -------
        object
            In the library of the first column, with its index; a frame where Go returns a
            struct, a tuple where it returns several results.

        Raises
        ------
        GoError
            Go returned errors, and *errors* is ``"raise"``.
        GoPanic
            Go panicked; the text names the row, where there is one.
        ArgumentTypeError, ArgumentValueError
            An argument does not fit the function's parameters.
        """
        if self._prepared is None:
            from ._call.prepared import Prepared

            self._prepared = Prepared(self._info, self._options, self._tables)
        found = self._prepared.again(args, kwargs, self._programs)
        if found is not NotImplemented:
            return found
        if kwargs.get("errors") == "report":
            from ._adapters import dask

            dask.refuse_report(self)
        self._unbound._called = True
        if args and is_stream(args[0]):
            from ._stream import stream

            given = {**self._tables, **kwargs}
            return stream.call(self._info, args, given, self._options, self._programs)
        return self._prepared.anew(args, kwargs, self._programs)

    def bind(self, **tables: Any) -> GoFunction:
        """Return the function with tables that its calls need not name.

        It is a function like this one, in engines too, and its pickle has the tables.

        Parameters
        ----------
        **tables
            Values of parameters that are the same for every row, as they are now: later changes
            of them do not reach the function.

        Raises
        ------
        ArgumentTypeError, ArgumentValueError
            A name is no table's, or a value does not fit.
        """
        from ._call import tables as taking

        return self._with({**self._tables, **taking.bound(self._info, tables)})

    def _with(self, tables: dict[str, Table]) -> GoFunction:
        function = object.__new__(type(self))
        function.__dict__.update(self.__dict__)
        function._give(tables)
        return function

    def _give(self, tables: dict[str, Table]) -> None:
        self._tables, self._prepared = tables, None
        self.__signature__ = signature(self._info, self._options, tables)

    def stream(self, source: Any, **kwargs: Any) -> Any:
        """Call it on data beyond memory, batch by batch, reading and computing at the same time.

        Parameters
        ----------
        source : dataset, scanner or reader of pyarrow, str, path, LazyFrame or DuckDB relation
            Files may be a folder or a pattern, such as ``"trips/*.parquet"``. Columns are matched
            with the parameters by name, and no others are read.
        **kwargs
            Plain values of parameters, and the options of a call; ``by`` and ``keep`` take names of columns.

        Returns
        -------
        pyarrow.RecordBatchReader or object
            A reader of a function on rows or a scan; the result of an aggregate with ``Merge``.

        Raises
        ------
        ArgumentTypeError, ArgumentValueError
            The function cannot work batch by batch, or the files or columns do not fit.
        """
        return self(opened(source, self._info.name), **kwargs)

    def partial(self, frame: Any, **kwargs: Any) -> Any:
        """Call an aggregate on one part of the data, for `merge` to combine with the others.

        Parameters
        ----------
        frame : frame of any library
            Its columns are matched with the parameters by name.
        **kwargs
            Plain values of parameters, and options; ``by`` takes names of columns.

        Returns
        -------
        pyarrow.Table
            One row for each key: the keys, and in the last column the partial result.

        Raises
        ------
        ArgumentTypeError
            Nothing combines its partial results: its cell has neither ``MergeF`` nor ``Merge``.
        """
        given = {**self._tables, **kwargs}
        return self._partials().of_frame(frame, given, self._options)

    def merge(self, *partials: Any) -> Any:
        """Combine tables of partial results into one, each key's in the order of the tables.

        Parameters
        ----------
        *partials : pyarrow.Table
            As `partial` and `merge` give them.
        """
        return self._partials(partials).combine()

    def result(self, *partials: Any) -> Any:
        """Return what a call on all of the data would have given, from tables of partial results."""
        return self._partials(partials).result()

    def _partials(self, tables: tuple[Any, ...] | None = None) -> Partials:
        from ._stream.partials import Partials

        self._unbound._called = True
        partials = Partials(self._info, self._options, self._programs)
        if tables is not None:
            partials.extend(tables)
        return partials

    def _compiled_again(self, *args: Any) -> Any:
        """Call it as if it had never been compiled, so that the receipt says what that costs."""
        from ._call import call

        values, options = bound(self._info, args, {}, self._options, self._tables)
        return call.call(self._info, values, options, force=True)

    def __repr__(self) -> str:
        declared = self._info.signature.removeprefix("func ")
        given = f", with {' and '.join(self._tables)}" if self._tables else ""
        return f"<Go function {declared}: {kind_text(self._info)}{given}>"

    def _repr_html_(self) -> str:
        about = escape(self._info.doc).replace("\n\n", "<br><br>")
        source = f"<details><summary>Go</summary><pre>{escape(self.go_source)}</pre></details>"
        declared = f"<code>{escape(self._info.signature)}</code>"
        return f"{declared}<br>{escape(kind_text(self._info))}" + f"<p>{about}</p>{source}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GoFunction):
            return NotImplemented
        mine = (self._info, self._options, self._tables)
        return mine == (other._info, other._options, other._tables)

    def __hash__(self) -> int:
        return hash((self.__name__, self.go_source))

    def __reduce__(self) -> tuple[Any, ...] | str:
        if self._unbound is not self:
            return _bound_again, (self._unbound, self._tables)
        options = self._options
        if self._programs is None or self._called:
            self._programs, self._called = export_programs(self._info) or self._programs, False
        arguments = (self._info.json, self.__module__, options.threads, options.timeout)
        return GoFunction, arguments, {"_programs": self._programs}

    def __dask_tokenize__(self) -> tuple[Any, ...]:
        tables = sorted((name, table.digest) for name, table in self._tables.items())
        return self.__name__, repr(self._info.sources), repr(self._options), tables

    def __copy__(self) -> GoFunction:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> GoFunction:
        return self


def _bound_again(function: GoFunction, tables: dict[str, Table]) -> GoFunction:
    return function._with(tables)


def _documentation(info: FunctionInfo) -> str:
    """Return the Go comment, the Go signature, and how goscore treats the function."""
    kind = kind_text(info)
    if info.error:
        kind += "; rows may fail (errors=)"
    parts = [info.doc, info.signature, f"Treated as: {kind}."]
    return "\n\n".join(filter(None, parts))
