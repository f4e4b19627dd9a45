"""``%goscore`` and ``%%goscore``."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from IPython.core.magic import (
    Magics,
    line_cell_magic,
    line_magic,
    magics_class,
    needs_local_scope,
    no_var_expand,
)
from IPython.core.magic_arguments import argument, magic_arguments

from .._errors import ArgumentValueError
from .._names import PATH, Path
from .._run.cell import run
from .._run.options import OPTIONS, Options
from .._run.parse import parse
from . import declare
from .enclosing import Enclosing
from .profiled import profiled, show_failed, traced


def _documented(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the magic its help, from the table of options."""
    for option in reversed(OPTIONS):
        how = {"metavar": option.metavar} if option.metavar else {"action": "store_true"}
        if option.long != "--help":  # argparse adds its own
            add: Any = argument(*option.flags, help=option.help.replace("%", "%%"), **how)  # type: ignore[no-untyped-call]
            function = add(function)
    documented: Callable[..., Any] = magic_arguments()(function)  # type: ignore[no-untyped-call]
    return documented


@magics_class
class GoscoreMagics(Magics):
    """The magics of the extension."""

    # Not output_can_be_silenced: it reads the Go as Python, and fails on apostrophes.
    @no_var_expand
    @needs_local_scope
    @line_cell_magic
    @_documented
    def goscore(
        self, line: str, cell: str | None = None, local_ns: dict[str, Any] | None = None
    ) -> Any:
        """Run Go on Python data.

        %%goscore [options]
        <Go>

        x = %goscore [options] <one line of Go>

        The value of a last expression is the cell's value. Names are bound with
        -i in a cell; in the one-line form, Python's names are bound automatically. Output appears
        as it is printed.
        """
        options, rest = parse(line)
        if options.help or (cell is None and not rest and not options.compare):
            print(type(self).__dict__["goscore"].parser.format_help())
            return None
        if cell is not None and rest:
            raise ArgumentValueError(
                f"cannot read {rest.split()[0]!r} on the %%goscore line: Go begins on the next line"
            )
        if cell is None:
            return self._run(options, rest, True, local_ns)
        return self._run(options, "\n" * _lines_above(self.shell, cell) + cell, False, local_ns)

    @no_var_expand
    @needs_local_scope
    @line_magic
    def goscore_draft(self, line: str, local_ns: dict[str, Any] | None = None) -> None:
        """Put a first Go version of a Python function into the next cell.

        %goscore_draft py_func [argument...]

        The arguments are names of Python's, such as df.v: examples of what the
        function is called with, which say the types that annotations do not.
        """
        from .._draft.draft import draft

        shell = self.shell
        assert shell is not None
        function, *examples = parse_names(line, [local_ns or {}, shell.user_ns])
        code = draft(function, *examples)
        terminal = hasattr(shell, "pt_app")  # it draws a tab as ^I
        go = code.expandtabs(4) if terminal else code
        shell.set_next_input(f"%%goscore\n{go}", replace=False)
        print(code.summary)

    def _run(self, options: Options, code: str, line: bool, local_ns: dict[str, Any] | None) -> Any:
        shell = self.shell
        assert shell is not None
        if options.module:
            declare.check_module(options.module)
        scopes = [local_ns or {}, Enclosing(local_ns), shell.user_ns]
        bindings = [(name, path.look_up(scopes), path.text) for name, path in options.inputs]
        slow = options.compare[0].look_up(scopes) if options.compare else None
        if not code.strip() and options.compare:
            return self._compare(options, slow, bindings, scopes)
        outcome = run(
            code,
            bindings,
            options,
            line=line,
            cell=f"In[{_number(shell)}]",
            scopes=scopes,
            declare=lambda functions: declare.declare(functions, shell.user_ns, options),
            traced=lambda steps, error: show_failed(steps, f"In[{_number(shell)}]", error),
        )
        outcome.explain(options)
        if not options.noreturn:
            shell.user_ns.update(outcome.outputs)
        if options.compare:
            return self._compare(options, slow, bindings, scopes)
        if options.profile:
            return profiled(outcome.profile, f"In[{_number(shell)}]")
        if options.trace:
            return traced(outcome.trace, f"In[{_number(shell)}]", outcome.value)
        return None if options.noreturn else outcome.value

    def _compare(
        self,
        options: Options,
        slow: Any,
        bindings: list[tuple[str, Any, str]],
        scopes: list[Mapping[str, Any]],
    ) -> Any:
        """Compare two functions on the cell's inputs."""
        from .._measure.compare import compare

        assert options.compare is not None
        if options.module in sys.modules:
            scopes = [vars(sys.modules[options.module]), *scopes]
        fast = options.compare[1].look_up(scopes)
        return compare(slow, fast, *(value for _, value, _ in bindings))


def _number(shell: Any) -> int:
    """Return the number that Jupyter shows beside the running cell.

    Some versions of IPython count a cell before it runs, others after it;
    the display hook has the right number in all of them.
    """
    return max(1, int(getattr(shell.displayhook, "prompt_count", shell.execution_count)))


def _lines_above(shell: Any, code: str) -> int:
    """Return how many lines of the notebook's cell stand above its Go: errors count them too."""
    history = getattr(shell.history_manager, "input_hist_raw", None) or [""]
    whole, code = history[-1].rstrip("\n"), code.rstrip("\n")
    return whole.removesuffix(code).count("\n") if whole != code and whole.endswith(code) else 1


def parse_names(line: str, scopes: list[Mapping[str, Any]]) -> list[Any]:
    """Return the Python objects that a line of ``%goscore_draft`` names, the function first.

    Raises
    ------
    ArgumentValueError
        The line is not a list of names.
    GoNameError
        Python has no such name.
    """
    if not line.strip():
        raise ArgumentValueError("name a Python function: %goscore_draft py_func")
    if not re.fullmatch(rf"\s*{PATH}(?:[\s,]+{PATH})*\s*", line):
        raise ArgumentValueError(
            f"cannot read {line.strip()!r} as a function and examples: write %goscore_draft py_func df.v"
        )
    return [Path.parse(match.group()).look_up(scopes) for match in re.finditer(PATH, line)]
