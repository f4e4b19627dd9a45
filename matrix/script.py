"""Runs cells in plain Python: ``python script.py <cells.json``, one line of JSON for each cell.

It imports nothing of this folder, since it runs in environments that do not have it.
"""

from __future__ import annotations

import ast
import json
import sys
import traceback
from typing import Any

_MAGIC = "%%goscore\n"


def main() -> None:
    """Run the cells of standard input in one namespace."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for code in json.load(sys.stdin):
        error, text = "", ""
        try:
            text = run(code, names)
        except BaseException as raised:
            error, text = type(raised).__name__, "".join(traceback.format_exception(raised))
        print("\x1e" + json.dumps({"error": error, "text": text}), flush=True)


def run(code: str, names: dict[str, Any]) -> str:
    """Run a cell; return how its last expression's value is shown."""
    if code.startswith(_MAGIC):
        import goscore

        names.update(vars(goscore.compile("\n" + code.removeprefix(_MAGIC))))
        return ""
    tree = ast.parse(code)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "<cell>", "exec"), names)
        return ""
    tree.body.pop()
    exec(compile(tree, "<cell>", "exec"), names)
    value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    return "" if value is None else repr(value)


if __name__ == "__main__":
    main()
