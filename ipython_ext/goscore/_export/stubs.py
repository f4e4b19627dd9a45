"""The stub of an exported package: what editors and type checkers know of its functions."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import Parameter

from .._function import GoFunction

HEAD = '''\
"""Go functions, compiled."""

from typing import Any

from ._goscore._export.exported import Exported

Column = Any  # of pandas, polars, pyarrow or NumPy, or a list; or a plain value, where rows are taken

__version__: str
__all__: list[str]
'''
_PLAIN = (bool, int, str, type(None))  # floats may be infinite, which has no literal
_OPTIONS = {
    "by": "Column | list[Column] | str | list[str] | None",
    "keep": "str | list[str] | None",
    "dropna": "bool",
    "errors": "str",
    "init": "Any",
    "timeout": "float | None",
    "threads": "int | None",
}


def stubs(name: str, functions: Sequence[GoFunction]) -> str:
    """Return the module ``__init__.pyi``: a class for each function, which also has its methods."""
    return HEAD + "".join(_stub(name, function) for function in functions)


def _stub(package: str, function: GoFunction) -> str:
    name = function.__name__
    parameters, named = ["self"], False
    for parameter in function.__signature__.parameters.values():
        if parameter.kind is Parameter.KEYWORD_ONLY and not named:
            parameters.append("*")
            named = True
        bare = parameter.annotation is Parameter.empty
        kind = _OPTIONS.get(parameter.name, "Any") if bare else "Column"
        default = ""
        if parameter.default is not Parameter.empty:
            plain = isinstance(parameter.default, _PLAIN)
            default = f" = {parameter.default!r}" if plain else " = ..."
        parameters.append(f"{parameter.name}: {kind}{default}")
    words = ",\n        ".join([*parameters, ""]).rstrip()
    documentation = (function.__doc__ or "").replace("\\", "\\\\").replace('"""', "'''").rstrip()
    indented = "\n".join(f"        {line}".rstrip() for line in documentation.split("\n")).lstrip()
    return f'''
class _{name}(Exported):
    def __call__(
        {words}
    ) -> Any:
        """{indented}
        """

{name}: _{name}
'''
