"""Everything that goscore raises, on one page.

    GoscoreError
    ├── GoCompileError          the cell is not valid Go
    │   └── GoNameError         a name that is not known          (also a NameError)
    ├── GoPanic                 the cell panicked
    ├── GoError                 the cell returned an error
    ├── GoTimeoutError          the run took longer than allowed  (also a TimeoutError)
    ├── GoToolchainError        no Go to compile with
    ├── ProgramDiedError        the cell's program ended: os.Exit, out of memory, kill -9
    ├── WorkerDiedError         the worker ended, or could not be started
    ├── ArgumentTypeError       a value of a type that Go cannot take    (also a TypeError)
    ├── ArgumentValueError      an option or a value that does not fit   (also a ValueError)
    └── OutOfMemoryError        too little memory for inputs or results  (also a MemoryError)

Their text tells the user where in the cell something is wrong, what it is and
how to mend it, so no Python traceback is shown with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

LONGEST_LINE = 1200  # characters; those that the worker has cut stay as they are
LONGEST_TEXT = 20_000


def _brief(text: str) -> str:
    """Cut a text that shows an argument or a value of any size, and say by how much.

    What comes of it is not cut again when an error is pickled or raised anew.
    """
    if len(text) <= LONGEST_LINE:
        return text
    shown = "\n".join(_cut(line, LONGEST_LINE) for line in text[:LONGEST_TEXT].split("\n"))
    left = len(text) - LONGEST_TEXT
    return shown if left <= 0 else f"{shown[: LONGEST_TEXT - 50]} ... ({left + 50} characters more)"


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    kept = most - 50
    return f"{text[:kept]} ... ({len(text) - kept} characters more)"


class GoscoreError(Exception):
    """The root of all errors of goscore.

    Parameters
    ----------
    text : str
        The whole text for the user; may have several lines.
    line, column : int, optional
        The place in the cell, counted from 1.

    Attributes
    ----------
    row : int or None
        The position of the row on which a function panicked.
    """

    row: int | None = None
    replay: Callable[[int], Any] | None = None

    def __init__(self, text: str = "", line: int | None = None, column: int | None = None) -> None:
        super().__init__(_brief(text))
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""

    def trace(self, which: int = 0) -> Any:
        """Call the function again on a row that failed, and show what it did, step by step.

        Parameters
        ----------
        which : int
            Which of the first five rows that failed, from 0.

        Returns
        -------
        Trace
            As ``F.trace(...)`` gives it.

        Raises
        ------
        ArgumentValueError
            There is nothing to call again: the error is that of a cell, or came from another process.
        """
        if self.replay is None:
            raise ArgumentValueError(
                "there is no call to trace: the arguments of a call stay with an error of GoPanic or GoError in the process "
                "that called; for a cell, write --trace behind %%goscore"
            )
        return self.replay(which)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle it without the arguments of the call, which may be large."""
        kept = {name: value for name, value in vars(self).items() if name != "replay"}
        return type(self), self.args, kept

    def _render_traceback_(self) -> list[str]:
        """Lines that IPython shows in place of a Python traceback."""
        first, *rest = str(self).split("\n")
        return [f"{type(self).__name__}: {first}", *rest]


class GoCompileError(GoscoreError):
    """The cell is not valid Go."""


class GoNameError(GoCompileError, NameError):
    """A name is known neither to Go nor to Python, or was not bound; nothing else is wrong."""


class GoPanic(GoscoreError):
    """The cell panicked."""


class GoError(GoscoreError):
    """The cell returned an error that is not nil, or a function did for some rows.

    Attributes
    ----------
    count : int
        How many rows failed.
    rows : list
        The labels of the first five.
    """

    count: int = 0
    rows: Sequence[Any] = ()


class GoTimeoutError(GoscoreError, TimeoutError):
    """The run took longer than ``--timeout``."""


class GoToolchainError(GoscoreError):
    """The cell needs compiling, and there is no Go toolchain."""


class ProgramDiedError(GoscoreError):
    """The program built from the cell ended before it was done."""


class WorkerDiedError(GoscoreError):
    """The worker ended, or could not be started."""


class ArgumentTypeError(GoscoreError, TypeError):
    """A value is of a type that Go cannot take."""


class ArgumentValueError(GoscoreError, ValueError):
    """An option or a value does not fit."""


class OutOfMemoryError(GoscoreError, MemoryError):
    """There is too little memory for the inputs, or for the results of a built-in function."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Accept a call without a text, as Dask's unpickling makes; MemoryError's own does not."""
        return Exception.__new__(cls, *args)


_KINDS: list[type[GoscoreError]] = [GoscoreError, *GoscoreError.__subclasses__(), GoNameError]
_BY_NAME = {kind.__name__: kind for kind in _KINDS}


def from_reply(content: Mapping[str, Any]) -> BaseException:
    """Return the exception of an error reply.

    Parameters
    ----------
    content : mapping
        Content of a reply whose ``status`` is ``"error"``.

    Returns
    -------
    BaseException
        Of the class that ``ename`` names; an unknown name gives a plain
        `GoscoreError` that carries it.
    """
    name = content.get("ename", "")
    text = content.get("evalue") or "\n".join(content.get("traceback") or []) or name
    if name == "KeyboardInterrupt":
        stopped = KeyboardInterrupt(text)
        show_briefly(stopped)
        return stopped
    place = content.get("goscore") or {}
    kind = _BY_NAME.get(name)
    if kind is None:
        return GoscoreError(f"{name}: {text}" if name and name != text else text)
    error = kind(text, place.get("line"), place.get("column"))
    error.row = place.get("row")
    return error


def show_briefly(error: KeyboardInterrupt) -> None:
    """Let IPython show an interrupt in one line.

    All frames would be of this package, and IPython needs longer to draw
    them than the run needs to stop.
    """
    error._render_traceback_ = lambda: ["KeyboardInterrupt: the cell was interrupted"]  # type: ignore[attr-defined]
