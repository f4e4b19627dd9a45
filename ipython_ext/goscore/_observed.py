"""The methods of Go functions that show how they run: by lines, and step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._call.signature import CallOptions, bound
from ._errors import ArgumentTypeError
from ._stream.sources import is_stream

if TYPE_CHECKING:
    from ._call.tables import Table
    from ._profile.profile import Profile
    from ._protocol.functions import FunctionInfo
    from ._trace.trace import Trace


class Observed:
    """What `GoFunction` inherits."""

    _info: FunctionInfo
    _options: CallOptions
    _tables: dict[str, Table]

    def profile(self, *args: Any, budget: float = 3, **kwargs: Any) -> Profile:
        """Call it under a sampler, and show what each line of its cell cost.

        It is repeated, and so is what it does outside; only the first run prints.

        Parameters
        ----------
        *args, **kwargs
            As for a call.
        budget : float
            Seconds for which it is repeated. A call that takes longer runs once.

        Returns
        -------
        Profile
            Displays as the lines with shares, time and memory, and the compiler's remarks.
            ``.to_pandas()``, ``.save("cpu.pprof")``.

        Raises
        ------
        ArgumentTypeError, ArgumentValueError
            As for a call; a stream is refused.
        """
        from ._call import call
        from ._call.prepare import call_text
        from ._profile import profile

        seconds = profile.seconds_of(budget)
        if args and is_stream(args[0]):
            raise ArgumentTypeError("profile takes columns, not a stream: pass one batch of it")
        values, options = bound(self._info, args, kwargs, self._options, self._tables)
        sampled = call.profile(self._info, values, options, seconds)
        return profile.of(call_text(self._info), sampled)

    def trace(self, *args: Any, at_row: Any = None, **kwargs: Any) -> Trace:
        """Call it on one core with its steps recorded, and show what it did.

        The function is the same, with calls between its statements that record: what each line set,
        which branch was taken, the rounds of loops, calls of other functions of the cell, what they
        return, and the values that led to a panic.

        Parameters
        ----------
        *args, **kwargs
            As for a call: plain values for one row, or small columns.
        at_row : optional
            Trace one row of the columns, by its label in the pandas index, or its position where there is no
            index, as a report of failed rows names it. Of a scan the rows before it run, too.

        Returns
        -------
        Trace
            Displays as a table of steps. ``.to_pandas()``, ``.result``, ``.error``.

        Raises
        ------
        ArgumentTypeError, ArgumentValueError
            As for a call; a stream is refused.
        """
        from ._call import call, replay

        if args and is_stream(args[0]):
            raise ArgumentTypeError("trace takes columns, not a stream: pass a few rows of it")
        values, options = bound(self._info, args, kwargs, self._options, self._tables)
        if at_row is not None:
            row = replay.position(self._info, values, options, at_row)
            values = replay.rows_of(self._info, values, options, row)
        return call.trace(self._info, values, options)
