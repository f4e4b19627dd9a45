"""A Python function as its source and its syntax."""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from dataclasses import dataclass, field
from typing import Any

from ..._errors import ArgumentTypeError, ArgumentValueError
from .rewriting import rewrite


@dataclass
class Source:
    """A Python function.

    Attributes
    ----------
    function : callable
    tree : ast.FunctionDef
    text : str
        Its source, not indented; decorators included.
    inner : bool
        Whether it is defined inside *function*.
    functions : dict of str
        Functions defined inside, and the names around them that they read.
    first : int
        The line of its ``def`` in *text*, less one.
    """

    function: Any
    tree: ast.FunctionDef
    text: str
    inner: bool = False
    functions: dict[str, tuple[ast.FunctionDef, tuple[str, ...]]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.tree.name

    @property
    def first(self) -> int:
        return self.tree.lineno - 1

    @property
    def statements(self) -> list[ast.stmt]:
        """Its body without the docstring."""
        return self.tree.body[self.doc is not None :]

    @property
    def doc(self) -> str | None:
        return ast.get_docstring(self.tree)

    @property
    def closed_over(self) -> tuple[str, ...]:
        """Names of an enclosing function."""
        return tuple(self.function.__code__.co_freevars)

    def closed(self, name: str) -> Any:
        """Return the value of a name of an enclosing function; None where it has none yet."""
        cell = (self.function.__closure__ or ())[self.closed_over.index(name)]
        try:
            return cell.cell_contents
        except ValueError:
            return None

    def look_up(self, name: str) -> Any:
        """Find a name of the module, or of Python itself.

        Raises
        ------
        KeyError
        """
        scope = self.function.__globals__
        return scope[name] if name in scope else vars(builtins)[name]

    def line(self, node: ast.AST) -> int:
        """Return the line of a node, counted from 1 at the ``def``."""
        return int(getattr(node, "lineno", 1)) - self.first

    def piece(self, node: ast.AST) -> str:
        """Return a node's source in one line."""
        found = ast.get_source_segment(self.text, node) or ast.unparse(node)
        return " ".join(found.split())

    def header(self, node: ast.stmt) -> str:
        """Return what stands beside the Go of a statement: of a compound one, its first line."""
        if hasattr(node, "beside"):  # it is part of a line
            return str(node.beside)
        head = getattr(node, "test", None) or getattr(node, "iter", None)
        body = getattr(node, "body", None)
        last = node.end_lineno if body is None else head.end_lineno if head else node.lineno
        if last == node.lineno and (body is None or body[0].lineno > node.lineno):
            line = self.text.splitlines()[node.lineno - 1]
            alone = not line.encode()[: node.col_offset].strip() and ";" not in line
            if alone:
                return line.strip()
        if body is None:
            return self.piece(node)
        if isinstance(node, ast.If | ast.While):
            return f"{'if' if isinstance(node, ast.If) else 'while'} {self.piece(node.test)}:"
        if isinstance(node, ast.For):
            return f"for {self.piece(node.target)} in {self.piece(node.iter)}:"
        return self.piece(node).partition(":")[0] + ":"


def read(function: Any) -> Source:
    """Read a Python function.

    Raises
    ------
    ArgumentTypeError
        It is no Python function.
    ArgumentValueError
        It has no source, or one that cannot be told from the code around it.
    """
    function = getattr(function, "py_func", function)  # numba's compiled functions have it
    function = inspect.unwrap(function) if callable(function) else function
    function = getattr(function, "__func__", function)
    name = getattr(function, "__name__", type(function).__name__)
    if not inspect.isfunction(function):
        what = "is written in C" if inspect.isbuiltin(function) else "is no Python function"
        raise ArgumentTypeError(f"{name} {what}: draft reads the source of a function made by def")
    if name == "<lambda>":
        raise ArgumentValueError("a lambda has no name to draft it under: write it with def")
    try:
        text = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError) as error:
        raise ArgumentValueError(
            f"the source of {name} is not there: define it in a cell or a file"
        ) from error
    try:
        (tree,) = ast.parse(text).body
    except (SyntaxError, ValueError) as error:
        raise ArgumentValueError(f"the source of {name} cannot be read by itself") from error
    if not isinstance(tree, ast.FunctionDef):
        raise ArgumentValueError(f"{name} is not made by def: draft reads plain functions only")
    return Source(function, rewrite(tree), text)
