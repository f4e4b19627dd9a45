"""Go or Python: decided once for the types of a call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .._compile import compile
from .._draft.draft import Translation, translate
from .._draft.values.refusal import Untranslatable
from .._draft.values.source import Source
from .._draft.values.types import Type
from .._errors import GoscoreError, WorkerDiedError
from .._function import GoFunction
from . import rows
from .equality import difference
from .results import Packing, direct, of_go
from .roles import CHECKED, Roles, first, is_list, unlike

_FAILURES = 3  # of Go where Python gives something, after which Go is not tried again


@dataclass
class Decision:
    """What a function does for arguments of some types.

    Attributes
    ----------
    roles : Roles
    reason : str
        Why it stays Python; empty where it is Go.
    go : GoFunction or None
    source : str
        The Go, where there is some.
    packing : Packing or None
        How a result that Go cannot return as it is comes back.
    watched : tuple
        What was read of Python's modules: its name, how to look it up again, and what it was.
    checked : int
        Rows on which Go and Python gave the same; 0 as long as they have not been compared.
    failed : str
        What Go said last instead of giving a result to compare.
    failures : int
        How often it did.
    """

    roles: Roles
    reason: str = ""
    go: GoFunction | None = None
    source: str = ""
    packing: Packing | None = None
    result: Type | None = None
    watched: tuple[tuple[str, Callable[[], Any], Any], ...] = ()
    checked: int = 0
    failed: str = ""
    failures: int = 0

    def wants_more(self, given: Mapping[str, Any]) -> bool:
        """Tell whether Go is to run beside Python: on the first rows, where it has not on as many."""
        return self.checked == 0 or self.checked < min(_rows(given), CHECKED)

    def call(self, given: Mapping[str, Any], options: Mapping[str, Any]) -> Any:
        """Call Go, and return what Python would."""
        assert self.go is not None and self.result is not None
        found = self.go(*given.values(), **options)
        if self.packing is not None:
            return self.packing.unpack(found)
        if self.roles.rows or options.get("by") is not None:
            return found
        numpy = any(is_list(one) and hasattr(one, "dtype") for one in given.values())
        return of_go(found, self.result, numpy)

    def changed(self) -> str:
        """Return the name of what was read outside the function, and is another thing now."""
        for name, look_up, before in self.watched:
            try:
                now = look_up()
                same = type(now) is type(before) and bool(now == before)
            except Exception:  # it is gone, or is compared in its own way
                same = False
            if not same:
                return name
        return ""


def decide(
    function: Callable[..., Any],
    source: Source,
    given: Mapping[str, Any],
    roles: Roles,
    rtol: float,
    threads: int | None,
    timeout: float | None,
) -> Decision:
    """Draft a function for some arguments, and compile it; the reason says where that ends."""
    if not roles.rows:
        for name, value in given.items():
            reason = unlike(source, name, value) if is_list(value) else ""
            if reason:
                return Decision(roles, reason)
    types = dict(zip(given, roles.types, strict=True))
    try:
        made = translate(function, (), checked=True, types=types, tables=roles.tables)
        reason = _refused(made, roles, rtol)
        packing = None
        if not reason and not direct(made.result):
            made = translate(
                function, (), checked=True, types=types, tables=roles.tables, inner=True
            )
            packing = Packing(made.result)
        if reason:
            return Decision(roles, reason, source=str(made.draft))
        text = str(made.draft) if packing is None else _wrapped(made, packing)
        name = made.draft.name if packing is None else _capital(made.draft.name)
        go = getattr(compile(text, threads=threads, timeout=timeout), name)
    except WorkerDiedError:
        raise  # that says nothing about the function
    except (GoscoreError, AttributeError, Untranslatable, ValueError, RecursionError) as error:
        return Decision(roles, str(error))
    watched = tuple((name, *seen) for (_, name), seen in made.program.watched.items())
    return Decision(roles, "", go, text, packing, made.result, watched)


def _refused(made: Translation, roles: Roles, rtol: float) -> str:
    """Say what of a translation Go must not run."""
    if made.draft.untranslated:
        left = made.draft.untranslated
        own = [one for one in left if not one.reason.endswith("is not known")]  # not what follows
        return "; ".join(f"line {one.line}, {one.source}: {one.reason}" for one in own or left)
    if not made.result.known:
        return "the type of its result is not known"
    if roles.rows and not direct(made.result):
        return f"it gives a {made.result.python} for each row, which no column holds"
    if roles.rows and made.result.is_list:
        return "it gives a list for each row"
    inexact = made.context.inexact | made.program.inexact
    if inexact and not rtol:
        names = ", ".join(sorted(inexact))
        return f"the last bits of {names} may differ from Python's: rtol=1e-12 allows it"
    numpy = any(of.kind == "array" for of in made.given.values())
    if numpy and re.search(r"\bpyRoundTo\(", str(made.draft)):
        return "round() of NumPy's floats is not Python's"
    if numpy and re.search(r"\bpyTry\(", str(made.draft)):
        return "numbers of an array raise other exceptions than Python's, for a try to catch"
    return ""


def _capital(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}Packed"


def _wrapped(made: Translation, packing: Packing) -> str:
    """Write a function that returns the result of another one in slices."""
    ctx = made.context
    takes = ", ".join(f"{ctx.names.go(name)} {of.go}" for name, of in made.given.items())
    passes = ", ".join(ctx.names.go(name) for name in made.given)
    gives = ", ".join(f"r{at} []{of}" for at, of in enumerate(packing.columns))
    lines = [
        f"// {_capital(made.draft.name)} gives the result of {made.draft.name} in slices.",
        *made.directives,
        f"func {_capital(made.draft.name)}({takes}) ({gives}) {{",
        f"\tfound := {made.draft.name}({passes})",
        *packing.lines,
        "\treturn",
        "}",
    ]
    return "\n".join(lines) + "\n\n" + str(made.draft)


def check(
    decision: Decision,
    function: Callable[..., Any],
    given: Mapping[str, Any],
    rtol: float,
) -> tuple[Any, bool]:
    """Run Go beside Python on the first rows; a decision that does not stand gets its reason.

    Returns
    -------
    result : object
        Python's, on the rows that were compared.
    whole : bool
        Whether these are all.
    """
    few = {
        name: value if name in decision.roles.tables else first(value)
        for name, value in given.items()
    }
    whole = all(few[name] is value for name, value in given.items())
    if not whole and not decision.roles.rows:
        try:
            python = rows.run(function, few, decision.roles)
        except Exception:  # the first rows are no arguments by themselves
            few, whole = dict(given), True
            python = rows.run(function, few, decision.roles)
    else:
        python = rows.run(function, few, decision.roles)
    try:
        go = decision.call(few, {})
    except GoscoreError as error:
        decision.failed = str(error).splitlines()[0]
        decision.failures += 1
        if decision.failures >= _FAILURES:
            decision.reason = decision.failed
        return python, whole
    decision.reason = difference(python, go, rtol)
    decision.checked = _rows(few)
    return python, whole


def _rows(given: Mapping[str, Any]) -> int:
    return max((len(one) for one in given.values() if is_list(one)), default=1)
