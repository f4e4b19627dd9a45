"""``@goscore.jit``."""

from __future__ import annotations

import functools
import inspect
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any, TypeVar, overload

from .._draft.values.source import Source, read
from .._errors import (
    ArgumentTypeError,
    ArgumentValueError,
    GoscoreError,
    GoTimeoutError,
    GoToolchainError,
    WorkerDiedError,
)
from .._stream.sources import is_stream
from . import rows
from .decide import Decision, check, decide
from .roles import Roles, annotated, gone_through, is_list, missing, roles
from .streams import beginning

_F = TypeVar("_F", bound=Callable[..., Any])
_OPTIONS = frozenset("by keep dropna errors init timeout threads".split())


class Jit:
    """A Python function that runs in Go where Go gives the same.

    Attributes
    ----------
    go_source : str or None
        The Go of the last call's types; None where it has run in Python alone.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        rtol: float = 0.0,
        threads: int | None = None,
        timeout: float | None = None,
    ) -> None:
        self._function = function
        self._rtol, self._threads, self._timeout = rtol, threads, timeout
        functools.update_wrapper(self, function)
        self.__name__ = str(getattr(function, "__name__", type(function).__name__))
        self.__qualname__ = str(getattr(function, "__qualname__", self.__name__))
        self._signature = inspect.signature(function)
        self._decisions: dict[Roles, Decision] = {}
        self._said: set[str] = set()
        self._last: Decision | None = None
        self._lock = threading.RLock()
        self._source: Source | None = None
        self._unread = ""

    @property
    def go_source(self) -> str | None:
        return (self._last.source or None) if self._last is not None else None

    def explain(self) -> str:
        """Say for the types of each kind of call so far where the function runs, and why."""
        lines = []
        for decision in self._decisions.values():
            types = ", ".join(of.python for of in decision.roles.types)
            how = "for each row" if decision.roles.rows else "once"
            where = (
                f"Python: {decision.reason}"
                if decision.reason
                else f"Go, equal to Python on the first {decision.checked:,} rows"
                if decision.checked
                else "not compared yet"
            )
            lines.append(f"{self.__name__}({types}), {how}: {where}")
        if not lines:
            return self._unread or f"{self.__name__} has not been called yet"
        return "\n".join(lines)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        own = set(self._signature.parameters)
        options = {
            name: kwargs.pop(name) for name in _OPTIONS - own & set(kwargs) if name in kwargs
        }
        if args and is_stream(args[0]):
            return self._of_stream(args, kwargs, options)
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        given = bound.arguments
        decision = self._decision(given)
        if decision is None:
            return self._in_python(None, given, options)
        if decision.reason:
            return self._in_python(decision, given, options)
        if decision.wants_more(given):
            with self._lock:
                if decision.wants_more(given):
                    python, whole = check(decision, self._function, given, self._rtol)
                    if decision.reason:
                        self._warn(f"{self.__name__} stays Python: {decision.reason}")
                    elif decision.failed and not decision.checked:
                        self._hand(decision.failed)
                    if whole and not options:
                        return python
            if decision.reason or not decision.checked:
                return self._in_python(decision, given, options)
        return self._in_go(decision, given, options)

    def _in_go(self, decision: Decision, given: dict[str, Any], options: dict[str, Any]) -> Any:
        changed = decision.changed()
        if changed:
            decision.reason = f"{changed}, which it reads outside, is another value now"
            self._warn(f"{self.__name__} stays Python: {decision.reason}")
            return self._in_python(decision, given, options)
        if options.get("by") is not None and decision.packing is not None:
            raise ArgumentValueError(f"{self.__name__}: by= is for results that a column holds")
        hands = not any(missing(one) for one in given.values() if is_list(one))
        if hands or options:
            try:
                return decision.call(given, options)
            except (GoTimeoutError, GoToolchainError):
                raise
            except GoscoreError as error:
                if options:
                    raise
                said = str(error).splitlines()[0]
        else:
            said = "values are missing"
        self._hand(said)
        return rows.run(self._function, given, decision.roles)

    def _hand(self, why: str) -> None:
        self._warn(f"a call of {self.__name__} was handed to Python: {why}")

    def _in_python(
        self, decision: Decision | None, given: dict[str, Any], options: dict[str, Any]
    ) -> Any:
        reason = (decision.reason or decision.failed) if decision is not None else self._unread
        wanted = set(options) - {"threads", "timeout"}
        if wanted:
            raise ArgumentValueError(
                f"{self.__name__} runs in Python, where there is no {', '.join(sorted(wanted))}: {reason}"
            )
        if decision is None:
            return self._plain(given)
        return rows.run(self._function, given, decision.roles)

    def _plain(self, given: dict[str, Any]) -> Any:
        """Call the function as it was called."""
        bound = self._signature.bind_partial()
        bound.arguments.update(given)
        return self._function(*bound.args, **bound.kwargs)

    def _of_stream(self, args: Any, kwargs: Any, options: Any) -> Any:
        """Call Go on what gives its rows batch by batch; its first rows decide."""
        columns, stream = beginning(args[0], list(self._signature.parameters))
        given = {
            name: columns.get(name, kwargs.get(name, one.default))
            for name, one in self._signature.parameters.items()
        }
        if not columns or inspect.Parameter.empty in given.values() or len(args) > 1:
            known = [one.go for one in self._decisions.values() if one.go and not one.reason]
            if not known:
                raise ArgumentValueError(
                    f"{self.__name__} runs in Python, which reads no stream: its first rows do not decide"
                )
            return known[-1](stream, *args[1:], **kwargs, **options)
        decision = self._decision(given)
        if decision is not None and not decision.reason and decision.wants_more(given):
            with self._lock:
                check(decision, self._function, given, self._rtol)
        if decision is None or decision.reason or not decision.checked:
            why = (decision.reason or decision.failed) if decision is not None else self._unread
            raise ArgumentValueError(
                f"{self.__name__} runs in Python, which reads no stream: {why}"
            )
        if decision.packing is not None or decision.go is None:
            raise ArgumentValueError(
                f"{self.__name__}: a stream is for results that a column holds"
            )
        plain = {name: value for name, value in given.items() if name not in columns}
        return decision.go(stream, **plain, **options)

    def _decision(self, given: dict[str, Any]) -> Decision | None:
        """Return what was decided for arguments like these; the first of them decides."""
        with self._lock:
            if self._source is None and not self._unread:
                try:
                    self._check_parameters()
                    self._source = read(self._function)
                    self._whole = gone_through(self._source)
                    self._types = annotated(self._source)
                except GoscoreError as error:
                    self._unread = str(error)
                    self._warn(f"{self.__name__} stays Python: {error}")
            if self._source is None:
                return None
            try:
                found = roles(self._whole, self._types, given)
            except GoscoreError as error:
                self._unread = str(error)
                self._hand(str(error))
                return None
            decision = self._decisions.get(found)
            if decision is None:
                if any(missing(one) for one in given.values() if is_list(one)):
                    self._warn(
                        f"a call of {self.__name__} was handed to Python: values are missing"
                    )
                    return Decision(found, "values are missing")
                try:
                    decision = decide(
                        self._function,
                        self._source,
                        given,
                        found,
                        self._rtol,
                        self._threads,
                        self._timeout,
                    )
                except WorkerDiedError as error:
                    self._hand(str(error).splitlines()[0])
                    return Decision(found, "the worker has ended")
                self._decisions[found] = decision
                if decision.reason:
                    self._warn(f"{self.__name__} stays Python: {decision.reason}")
            self._last = decision
            return decision

    def _check_parameters(self) -> None:
        for one in self._signature.parameters.values():
            if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
                raise ArgumentTypeError(f"{one} takes any number of arguments")

    def _warn(self, text: str) -> None:
        """Say something once, at the line of the call."""
        if text in self._said:
            return
        self._said.add(text)
        depth = 2
        while sys._getframe(depth - 1).f_globals.get("__package__") == __package__:
            depth += 1
        warnings.warn(f"goscore.jit: {text}", stacklevel=depth)

    def __repr__(self) -> str:
        return f"<goscore.jit of {self._function!r}>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        module = sys.modules.get(self.__module__)
        found: Any = module
        for step in self.__qualname__.split("."):
            found = getattr(found, step, None)
        if found is self:  # as functions are: by its name
            return str(self.__qualname__)
        return Jit, (self._function, self._rtol, self._threads, self._timeout)


@overload
def jit(function: _F) -> _F: ...
@overload
def jit(
    *, rtol: float = ..., threads: int | None = ..., timeout: float | None = ...
) -> Callable[[_F], _F]: ...


def jit(
    function: Any = None,
    *,
    rtol: float = 0.0,
    threads: int | None = None,
    timeout: float | None = None,
) -> Any:
    """Run a Python function in Go where that gives the same, and in Python otherwise.

    The first call with arguments of some types decides: the function is drafted for them,
    compiled, and run beside Python on the first thousand rows. Where the bits are equal, Go goes on;
    otherwise Python does, and a warning says once what differs or which lines have no Go. Ints
    that would not fit into 64 bits, missing values, and whatever makes Go panic hand the whole
    call to Python.

    A parameter that the function iterates over, indexes or measures is a column. Columns for other
    parameters are taken row by row, and those that it iterates over are tables then.

    Parameters
    ----------
    function : function
        Made by ``def``; not a method, but for a static one, under ``@staticmethod``.
    rtol : float, default 0
        How far floats may be from Python's in the check. Functions whose last bits are the C
        library's (``exp``, ``log``, ``sin``, ``**``) run in Go only where it is above 0, as 1e-12.
    threads, timeout : optional
        As in a call.

    Returns
    -------
    Jit
        Called as the function is, also with ``by=``, ``errors=`` and the other options of Go
        functions where it runs in Go. ``.go_source``, ``.explain()``.

    Raises
    ------
    ArgumentTypeError
        It is no function, or a method.
    """
    if function is None:
        return functools.partial(jit, rtol=rtol, threads=threads, timeout=timeout)
    if not callable(function) or isinstance(function, type):
        raise ArgumentTypeError(f"jit is for functions, not for a {type(function).__name__}")
    own = str(getattr(function, "__qualname__", "")).rpartition("<locals>.")[2]
    first = next(iter(inspect.signature(function).parameters), "self")
    if inspect.ismethod(function) or ("." in own and first in ("self", "cls")):
        raise ArgumentTypeError(f"jit is for functions, not for methods such as {own}")
    return Jit(function, rtol, threads, timeout)
