"""Statements that say what simpler ones say as well: ``match`` is an ``if``."""

from __future__ import annotations

import ast
import copy
from typing import Any

from .refusal import Untranslatable


def rewrite(tree: ast.FunctionDef) -> ast.FunctionDef:
    """Return a function without ``match``, and without a return in a ``try`` that has an else for it."""
    simpler = _Simpler({one.id for one in ast.walk(tree) if isinstance(one, ast.Name)})
    body = [simpler.visit(one) for one in tree.body]
    tree.body = [one for part in body for one in (part if isinstance(part, list) else [part])]
    return tree


def _is_parsing(node: ast.expr) -> bool:
    """Tell whether it is ``float(text)``, which fails without a panic in Go."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("float", "int")
        and len(node.args) == 1
    )


class _Simpler(ast.NodeTransformer):
    def __init__(self, taken: set[str]) -> None:
        self._taken = taken

    def visit_Try(self, node: ast.Try) -> ast.stmt:
        self.generic_visit(node)
        last = node.body[-1]
        if node.orelse or node.finalbody or not isinstance(last, ast.Return) or not last.value:
            return node
        if len(node.body) == 1 and _is_parsing(last.value):
            return node
        name = self._name("result")
        kept = ast.Assign([ast.Name(name, ast.Store())], last.value)
        back = ast.Return(ast.Name(name, ast.Load()))
        node.body[-1] = ast.fix_missing_locations(ast.copy_location(kept, last))
        node.orelse = [ast.fix_missing_locations(ast.copy_location(back, last))]
        return node

    def _name(self, name: str) -> str:
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def visit_Match(self, node: ast.Match) -> Any:
        self.generic_visit(node)
        first: list[ast.stmt] = []
        subject = self._subject(node.subject, first)
        try:
            chain = self._cases(subject, node.cases)
        except Untranslatable:
            return node
        return [*first, *chain]

    def _subject(self, node: ast.expr, first: list[ast.stmt]) -> ast.expr:
        """Give the subject of a match a name."""
        if isinstance(node, ast.Name | ast.Constant):
            return node
        if isinstance(node, ast.Tuple):
            return ast.Tuple([self._subject(one, first) for one in node.elts], ast.Load())
        name = self._name("subject")
        target = ast.copy_location(ast.Name(name, ast.Store()), node)
        first.append(ast.copy_location(ast.Assign([target], node), node))
        return ast.copy_location(ast.Name(name, ast.Load()), node)

    def _cases(self, subject: ast.expr, cases: list[ast.match_case]) -> list[ast.stmt]:
        if not cases:
            return []
        case, rest = cases[0], cases[1:]
        if isinstance(case.pattern, ast.MatchOr) and any(map(_binds, case.pattern.patterns)):
            each = [copy.deepcopy(case) for _ in case.pattern.patterns]
            for part, inner in zip(each, case.pattern.patterns, strict=True):
                part.pattern = inner
            return self._cases(subject, [*each, *rest])
        tests, names = pattern(case.pattern, subject)
        if case.guard is not None:
            tests.append(_Named(names).visit(case.guard))
        bound: list[ast.stmt] = [
            ast.copy_location(
                ast.Assign([ast.copy_location(ast.Name(name, ast.Store()), case.pattern)], value),
                case.pattern,
            )
            for name, value in names.items()
        ]
        for one in bound:
            ast.fix_missing_locations(one).beside = f"case {ast.unparse(case.pattern)}:"  # type: ignore[attr-defined]
        body = [*bound, *case.body]
        if not tests:
            return body
        test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)
        made = ast.If(ast.copy_location(test, case.pattern), body, self._cases(subject, rest))
        ast.copy_location(made, case.pattern)
        made.end_lineno, made.end_col_offset = body[-1].end_lineno, body[-1].end_col_offset
        return [ast.fix_missing_locations(made)]


def _binds(node: ast.pattern) -> bool:
    """Tell whether a pattern gives names to something."""
    return any(getattr(one, "name", None) for one in ast.walk(node))


class _Named(ast.NodeTransformer):
    """Puts in what a pattern's names stand for."""

    def __init__(self, names: dict[str, ast.expr]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._names.get(node.id, node)


def pattern(node: ast.pattern, subject: ast.expr) -> tuple[list[ast.expr], dict[str, ast.expr]]:
    """Return what a pattern asks of its subject, and what its names stand for.

    Raises
    ------
    Untranslatable
    """
    if isinstance(node, ast.MatchAs):
        tests, names = pattern(node.pattern, subject) if node.pattern else ([], {})
        return tests, names | ({node.name: subject} if node.name else {})
    if isinstance(node, ast.MatchValue):
        return [ast.Compare(subject, [ast.Eq()], [node.value])], {}
    if isinstance(node, ast.MatchSingleton):
        return [ast.Compare(subject, [ast.Is()], [ast.Constant(node.value)])], {}
    if isinstance(node, ast.MatchOr):
        parts = [pattern(one, subject) for one in node.patterns]
        if any(names for _, names in parts):
            raise Untranslatable("names in one of several patterns")
        if not all(tests for tests, _ in parts):
            return [], {}
        each = [tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests) for tests, _ in parts]
        return [ast.BoolOp(ast.Or(), each)], {}
    if isinstance(node, ast.MatchSequence):
        return _sequence(node, subject)
    raise Untranslatable(f"a pattern such as {ast.unparse(node)}")


def _sequence(
    node: ast.MatchSequence, subject: ast.expr
) -> tuple[list[ast.expr], dict[str, ast.expr]]:
    stars = [at for at, one in enumerate(node.patterns) if isinstance(one, ast.MatchStar)]
    count = len(node.patterns) - len(stars)
    tests: list[ast.expr] = []
    names: dict[str, ast.expr] = {}
    if isinstance(subject, ast.Tuple):
        if stars or count != len(subject.elts):
            raise Untranslatable("a pattern of another length than its subject")
        items: list[ast.expr] = list(subject.elts)
    else:
        length = ast.Call(ast.Name(LENGTH, ast.Load()), [subject], [])
        asked: ast.cmpop = ast.GtE() if stars else ast.Eq()
        tests.append(ast.Compare(length, [asked], [ast.Constant(count)]))
        before = stars[0] if stars else count
        places = [
            at if at <= before else at - len(node.patterns) for at in range(len(node.patterns))
        ]
        items = [ast.Subscript(subject, _index(at), ast.Load()) for at in places]
        if stars:
            after = count - before
            cut = ast.Slice(_index(before), _index(-after) if after else None)
            items[before] = ast.Subscript(subject, cut, ast.Load())
    for one, item in zip(node.patterns, items, strict=True):
        if isinstance(one, ast.MatchStar):
            if one.name:
                names[one.name] = item
            continue
        more, found = pattern(one, item)
        tests += more
        names |= found
    return tests, names


def _index(at: int) -> ast.expr:
    number = ast.Constant(abs(at))
    return number if at >= 0 else ast.UnaryOp(ast.USub(), number)


LENGTH = "length of a list"  # no name that Python has: a str is no sequence for a pattern
