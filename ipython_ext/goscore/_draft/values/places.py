"""Where the draft declares a local: Python's names live in the whole function, Go's in a block."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from .names import loaded, stored

Path = tuple[
    tuple[int, int], ...
]  # of each block from the outermost: which one, and the position in it


@dataclass
class Places:
    """Where names are declared.

    Attributes
    ----------
    before : dict of int to list of str
        By a statement's id: the names that are declared before it, without a value.
    here : set of (int, str)
        Statements (by id) whose assignment declares the name.
    loops : set of (int, str)
        Loops (by id) whose target is their own.
    """

    before: dict[int, list[str]] = field(default_factory=dict)
    here: set[tuple[int, str]] = field(default_factory=set)
    loops: set[tuple[int, str]] = field(default_factory=set)


@dataclass(frozen=True)
class _Use:
    path: Path
    statements: tuple[ast.stmt, ...]  # one for each step of the path
    owner: ast.For | None  # the innermost loop around it whose target is the name
    assigns: bool  # by a plain assignment


def places(body: list[ast.stmt], parameters: set[str]) -> Places:
    """Find a place for every name that the statements assign to."""
    uses: dict[str, list[_Use]] = {}
    _walk(body, (), (), {}, uses)
    assigned = set().union(*map(stored, body)) if body else set()
    made = Places()
    for name in sorted(assigned - parameters):
        _place(name, uses.get(name, []), made)
    return made


def _walk(
    block: list[ast.stmt],
    path: Path,
    around: tuple[ast.stmt, ...],
    owners: dict[str, ast.For],
    uses: dict[str, list[_Use]],
) -> None:
    for at, node in enumerate(block):
        here, statements = (*path, (id(block), at)), (*around, node)
        blocks, header = _parts(node)
        names = set().union(*(loaded(part) | stored(part) for part in header)) if header else set()
        plain = isinstance(node, ast.Assign | ast.AnnAssign)
        read = loaded(node) if plain else set()
        for name in names:
            assigns = plain and name in stored(node) and name not in read
            uses.setdefault(name, []).append(_Use(here, statements, owners.get(name), assigns))
        inside = dict(owners)
        if isinstance(node, ast.For):
            for name in stored(node.target):
                inside[name] = node
                before = (*here, (id(node.body), -1))
                uses.setdefault(name, []).append(_Use(before, (*statements, node), node, False))
        for inner in blocks:
            _walk(
                inner,
                here,
                statements,
                inside if inner is getattr(node, "body", None) else owners,
                uses,
            )


def _parts(node: ast.stmt) -> tuple[list[list[ast.stmt]], list[ast.AST]]:
    """Return the blocks of a statement, and what stands in none of them."""
    if isinstance(node, ast.If | ast.While):
        return [node.body, node.orelse], [node.test]
    if isinstance(node, ast.For):
        return [node.body, node.orelse], [node.iter]
    if isinstance(node, ast.Try):
        return [node.body, *(one.body for one in node.handlers), node.orelse, node.finalbody], []
    return [], [node]


def _place(name: str, uses: list[_Use], made: Places) -> None:
    loops = {id(use.owner) for use in uses if use.owner is not None}
    nested = any(
        isinstance(one, ast.For)
        and one is not use.owner
        and name in stored(one.target)
        and id(one) in loops
        for use in uses
        for one in use.statements
    )
    if uses and all(use.owner is not None for use in uses) and not nested:
        made.loops |= {(at, name) for at in loops}
        return
    depth = 0
    while (
        all(len(use.path) > depth + 1 for use in uses)
        and len({use.path[: depth + 1] for use in uses}) == 1
        and len({use.path[depth + 1][0] for use in uses}) == 1
    ):
        depth += 1
    first = min(uses, key=lambda use: use.path[depth][1])
    same = [use for use in uses if use.path[depth] == first.path[depth]]
    node = first.statements[depth]
    if any(use.assigns and len(use.path) == depth + 1 for use in same):
        made.here.add((id(node), name))
    else:
        made.before.setdefault(id(node), []).append(name)
