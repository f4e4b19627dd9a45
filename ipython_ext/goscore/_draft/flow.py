"""Where control goes: what never comes to its end, and what is counted upwards."""

from __future__ import annotations

import ast


def ends(statements: list[ast.stmt]) -> bool:
    """Tell whether what follows the statements is never come to from them."""
    return any(_leaves(node) for node in statements)


def ends_in_go(statements: list[ast.stmt]) -> bool:
    """Tell whether Go sees that, too: it looks at last statements only."""
    if not statements or not _leaves(statements[-1]):
        return False
    last = statements[-1]
    if isinstance(last, ast.If):
        return ends_in_go(last.body) and ends_in_go(last.orelse)
    if isinstance(last, ast.Try):
        body = last.orelse or last.body
        return ends_in_go(body) and all(ends_in_go(handler.body) for handler in last.handlers)
    return True


def _leaves(node: ast.stmt) -> bool:
    if isinstance(node, ast.Return | ast.Raise | ast.Break | ast.Continue):
        return True
    if isinstance(node, ast.If):
        return ends(node.body) and bool(node.orelse) and ends(node.orelse)
    if isinstance(node, ast.While):
        forever = isinstance(node.test, ast.Constant) and node.test.value is True
        return forever and not breaks(node.body)
    if isinstance(node, ast.Try):
        return (
            (ends(node.body) or ends(node.orelse))
            and all(ends(handler.body) for handler in node.handlers)
            and bool(node.handlers)
        )
    return False


def breaks(statements: list[ast.stmt]) -> bool:
    """Tell whether the loop with these statements is left by a ``break``."""
    for node in statements:
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, ast.For | ast.While | ast.FunctionDef | ast.ClassDef):
            continue
        for name in ("body", "orelse", "finalbody"):
            if breaks(getattr(node, name, [])):
                return True
        if any(breaks(handler.body) for handler in getattr(node, "handlers", [])):
            return True
    return False


def counters(body: list[ast.stmt], parameters: set[str]) -> dict[str, int]:
    """Return the names that begin at a number and are only ever added to, and that number."""
    least: dict[str, int] = {}
    other: set[str] = set(parameters)
    for node in [part for statement in body for part in ast.walk(statement)]:
        targets: list[ast.expr] = []
        if (
            isinstance(node, ast.Assign)
            and len(node.targets) == 1
            and isinstance(node.targets[0], ast.Name)
        ):
            name, value = node.targets[0].id, _number(node.value)
            if value is not None:
                least[name] = min(value, least.get(name, value))
                continue
            targets = node.targets
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            step = _number(node.value)
            if isinstance(node.op, ast.Add) and step is not None and step >= 0:
                continue
            targets = [node.target]
        elif isinstance(node, ast.Assign | ast.For | ast.AnnAssign | ast.comprehension):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            other |= {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
    return {name: value for name, value in least.items() if name not in other}


def _number(node: ast.expr) -> int | None:
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None
