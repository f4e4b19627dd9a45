"""Go's names for Python's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from ..._names import GO_KEYWORDS, is_go_identifier

# Go's own names that drafts use, and its packages.
GO_TAKEN = GO_KEYWORDS | set(
    "any append bool cap clear close complex copy delete error false float64 imag int len make map max min new "
    "nil panic print println real recover rune string true utf8 unicode cmp goscore maps math regexp slices strconv "
    "strings time".split()
)


def exported(name: str) -> str:
    """Return the CamelCase name under which Python calls a function: ``score_series`` is ``ScoreSeries``."""
    words = [word for word in name.split("_") if word]
    made = "".join(word[0].upper() + word[1:] for word in words)
    return made if made[:1].isupper() and is_go_identifier(made) else f"F{_fitting(made)}"


def camel(name: str) -> str:
    """Return the name of a Go function that Python does not call: ``fees_of`` is ``feesOf``."""
    made = exported(name)
    made = made[:1].lower() + made[1:]
    return f"{made}_" if made in GO_TAKEN or re.match("py[A-Z]", made) else made


def _fitting(name: str) -> str:
    """Replace what Go does not allow in a name."""
    return "".join(char if char == "_" or is_go_identifier("x" + char) else "_" for char in name)


class Names:
    """The names of one draft.

    Parameters
    ----------
    python : iterable of str
        All of the function's own.
    function : str
        Go's name of the function, which no local may hide.
    """

    def __init__(self, python: Iterable[str], function: str) -> None:
        self._taken = set(GO_TAKEN) | {function}
        self._go: dict[str, str] = {}
        for name in python:
            made = name if is_go_identifier(name) else _fitting(name)
            if made == "_" or re.match("py[A-Z]", made):
                made = "x" + made
            self._go[name] = self.fresh(made)

    def go(self, name: str) -> str:
        """Return Go's name of one of Python's."""
        if name not in self._go:
            self._go[name] = self.fresh(name)
        return self._go[name]

    def fresh(self, wanted: str) -> str:
        """Return a name that nothing else has."""
        while wanted in self._taken:
            wanted += "_"
        self._taken.add(wanted)
        return wanted


def stored(node: ast.AST) -> set[str]:
    """Return the names that a piece of Python assigns to, those of its comprehensions apart."""
    if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
        return {one.target.id for one in ast.walk(node) if isinstance(one, ast.NamedExpr)}
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Lambda):
        return set()
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {one.asname or one.name.partition(".")[0] for one in node.names}
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
        return {node.id}
    return set().union(*map(stored, ast.iter_child_nodes(node)))


def loaded(node: ast.AST) -> set[str]:
    """Return the names that a piece of Python reads."""
    return {
        one.id
        for one in ast.walk(node)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)
    } | {
        one.target.id
        for one in ast.walk(node)
        if isinstance(one, ast.AugAssign) and isinstance(one.target, ast.Name)
    }


OF_FIRST = frozenset(
    "heappush heappop heappushpop heapreplace heapify insort insort_left insort_right".split()
)
RESIZING = frozenset(
    "append appendleft extend extendleft insert pop popleft remove clear".split()
) | (OF_FIRST - {"heapify"})
CHANGING = RESIZING | frozenset(
    "sort reverse rotate update setdefault add discard popitem heapify move_to_end subtract "
    "difference_update intersection_update symmetric_difference_update".split()
)


def _owners(node: ast.AST, methods: frozenset[str]) -> Iterator[ast.expr]:
    """Yield what a piece of Python changes in place: ``rows[i]`` of ``rows[i].append(x)``."""
    for one in ast.walk(node):
        if isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Store | ast.Del):
            cut = isinstance(one.ctx, ast.Del) or isinstance(one.slice, ast.Slice)
            if methods is CHANGING or cut:
                yield one.value
        elif isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute | ast.Name):
            called = one.func.attr if isinstance(one.func, ast.Attribute) else one.func.id
            if called in methods and called in OF_FIRST:
                yield from one.args[:1]
            elif called in methods and isinstance(one.func, ast.Attribute):
                yield one.func.value
        elif isinstance(one, ast.AugAssign) and (
            methods is CHANGING or isinstance(one.target, ast.Name)
        ):
            yield one.target


def changed(node: ast.AST, methods: frozenset[str] = CHANGING) -> set[str]:
    """Return the names whose list or dict a piece of Python changes in place."""
    return {root(owner) for owner in _owners(node, methods)} - {""}


def resized(node: ast.AST) -> set[str]:
    """Return the names whose list, or one in it, a piece of Python makes longer or shorter."""
    return changed(node, RESIZING)


def deep(node: ast.AST) -> set[str]:
    """Return those of which it is a list that the list or the dict of the name holds."""
    owners = _owners(node, RESIZING)
    return {root(owner) for owner in owners if not isinstance(owner, ast.Name)} - {""}


def root(node: ast.AST) -> str:
    """Return the name that ``name[i][j]`` begins with; empty where there is none."""
    while True:
        if isinstance(node, ast.Subscript):
            node = node.value
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "setdefault"
        ):
            node = node.func.value
        else:
            return node.id if isinstance(node, ast.Name) else ""
