"""Whether a name is given a new value before anything reads it: then what it held may go elsewhere."""

from __future__ import annotations

import ast

from ..values.context import Context
from ..values.names import loaded, stored

_LIVE, _GONE, _ON = "live", "gone", "on"


def given_up(ctx: Context, name: str) -> bool:
    """Tell whether a name's value is not read again after the present statement."""
    around = ctx.around
    for depth in range(len(around) - 1, -1, -1):
        block, at, header = around[depth]
        found = _block(block[at + 1 :], name)
        if found == _ON and header is not None:  # the loop begins again, or is left
            if name in header or _again(block, at, name) == _LIVE:
                return False
        if found != _ON:
            return found == _GONE
    return True


def _again(block: list[ast.stmt], at: int, name: str) -> str:
    """Look at the statements of a loop's body before the present one, which come next round."""
    found = _block(block[:at], name)
    if found == _ON:
        return _LIVE if name in loaded(block[at]) else _ON
    return found


def _block(statements: list[ast.stmt], name: str) -> str:
    for node in statements:
        found = _statement(node, name)
        if found != _ON:
            return found
    return _ON


def _statement(node: ast.stmt, name: str) -> str:
    if name not in loaded(node) | stored(node):
        if isinstance(node, ast.Return | ast.Raise):
            return _GONE
        return (
            _LIVE
            if any(isinstance(one, ast.Break | ast.Continue) for one in ast.walk(node))
            else _ON
        )
    if isinstance(node, ast.Assign) and name in stored(node):
        targets = {
            one.id
            for one in ast.walk(node)
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
        }
        return _GONE if name in targets and name not in loaded(node) else _LIVE
    if isinstance(node, ast.If) and name not in loaded(node.test):
        branches = {_block(node.body, name), _block(node.orelse, name)}
        return branches.pop() if len(branches) == 1 else _LIVE if _LIVE in branches else _ON
    return _LIVE
