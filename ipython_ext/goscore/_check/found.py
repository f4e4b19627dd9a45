"""The result of `check`."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from .. import _display
from .._display import seconds
from . import columns
from .outcomes import Difference, Tries

_SHOWN = 60  # characters of a value in the sentence


class Checked:
    """Whether an input was found on which a Python function and a Go function differ.

    Attributes
    ----------
    equal : bool
        Whether none was found.
    counterexample : frame or None
        The smallest found, in the library of the examples.
    inputs : dict
        All of its arguments by name.
    python, go : object
        What each gives for it; an exception where one raised.
    row : int or None
        The first row that differs.
    tried : int
        How many rows were compared.
    calls : int
        How many calls on columns they were in; 0 where Python takes single rows.
    raised : int
        The rows, or calls, on which both raised.
    left_out : int
        The rows on which Python took too long.
    seconds : float
    """

    def __init__(
        self, tries: Tries, found: Difference | None, seconds: float, rows: int, seed: int
    ) -> None:
        self._subject = subject = tries.subject
        self._difference, self._rows, self._seed = found, rows, seed
        self._first_error = tries.first_error
        self.equal = found is None
        self.tried, self.calls, self.raised = tries.rows, tries.calls, tries.raised
        self.left_out, self.seconds = tries.left_out, seconds
        self.counterexample: Any = None
        self.inputs: dict[str, Any] = {}
        self.python = self.go = self.row = None
        if found is None:
            return
        self.python, self.go, self.row = found.python, found.go, found.row
        values: dict[str, list[Any]] = {
            one.name: [row[at] for row in found.rows] for at, one in enumerate(subject.each)
        }
        fixed = dict(zip((one.name for one in subject.fixed), found.fixed, strict=True))
        self.inputs = {
            **{name: one[0] if subject.by_row else one for name, one in values.items()},
            **fixed,
        }
        for name, value in fixed.items():
            if not columns.is_column(value) and not isinstance(value, Mapping):
                values[name] = [value] * len(found.rows)
        example = next((one.example for one in subject.each if one.given), None)
        self.counterexample = columns.shown(
            values, subject.frame if subject.frame is not None else example
        )

    def to_pytest(self, path: Any = None) -> str:
        """Return a file of tests that pins the input: both functions, and what they are called with.

        Parameters
        ----------
        path : path, optional
            Where to write it too.
        """
        from .pinned import source

        text = source(self._subject, self._difference, self._rows, self._seed)
        if path is not None:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return text

    @property
    def _sentence(self) -> str:
        python = f"{getattr(self._subject.py_func, '__name__', 'the first')} (Python)"
        go = f"{self._subject.info.name} (Go)"
        if self._difference is None:
            return f"No difference between {python} and {go} in {self._tried}."
        inputs = ", ".join(f"{name}={_short(value)}" for name, value in self.inputs.items())
        at = (
            f" (row {self.row:,})"
            if self.row is not None and len(self._difference.rows) > 1
            else ""
        )
        how = f"{python} {_gives(self.python)}, {go} {_gives(self.go)}"
        return f"They differ{at}: for {inputs}, {how}. Found among {self._tried}."

    @property
    def _tried(self) -> str:
        if self.calls:
            text = f"{self.calls:,} calls of {self.tried:,} rows in all"
        else:
            text = f"{self.tried:,} row{'s'[: self.tried != 1]}"
        text += f", in {seconds(self.seconds)}"
        if self.raised:
            every = self.raised == (self.calls or self.tried)
            text += f"; both raised on {'all' if every else f'{self.raised:,}'} of them"
            if every and self._first_error is not None:
                kind = type(self._first_error).__name__
                text += f" ({kind}: {self._first_error}), so they say little: pass examples"
        if self.left_out:
            text += f"; {self.left_out:,} more were left out, as Python took too long on them"
        return text

    def __repr__(self) -> str:
        return self._sentence

    def _repr_html_(self) -> str:
        sentence = f"<b>{escape(self._sentence)}</b>"
        if self._difference is None:
            return sentence
        names = list(self.inputs)
        cells = [_short(self.inputs[name]) for name in names]
        head = [*names, "Python", "Go"]
        return sentence + _display.html(
            head, [[*cells, _outcome(self.python), _outcome(self.go)]], code=range(len(head))
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return _display.bundle(self)


def _gives(value: Any) -> str:
    raised = isinstance(value, Exception)
    return f"raises {_outcome(value)}" if raised else f"gives {_outcome(value)}"


def _outcome(value: Any) -> str:
    if isinstance(value, Exception):
        first = str(value).split("\n")[0]
        return f"{type(value).__name__}: {first}" if first else type(value).__name__
    return _short(value)


def _short(value: Any) -> str:
    text = repr(value.tolist()) if hasattr(value, "tolist") else repr(value)
    if hasattr(value, "to_pylist"):
        text = repr(value.to_pylist())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
