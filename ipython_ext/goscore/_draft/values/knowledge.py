"""What a test tells about names."""

from __future__ import annotations

import ast


def not_none(test: ast.expr) -> tuple[set[str], set[str]]:
    """Return the names that a test tells are not None: where it holds, and where it does not."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.left, ast.Name):
        other = test.comparators[0]
        if isinstance(other, ast.Constant) and other.value is None:
            if isinstance(test.ops[0], ast.IsNot | ast.NotEq):
                return {test.left.id}, set()
            if isinstance(test.ops[0], ast.Is | ast.Eq):
                return set(), {test.left.id}
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        true, false = not_none(test.operand)
        return false, true
    if isinstance(test, ast.Name):
        return {test.id}, set()
    if isinstance(test, ast.BoolOp):
        sides = [not_none(one) for one in test.values]
        every = isinstance(test.op, ast.And)
        whole = set().union(*(one[not every] for one in sides))
        return (whole, set()) if every else (set(), whole)
    return set(), set()
