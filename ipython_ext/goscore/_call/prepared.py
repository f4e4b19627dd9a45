"""Calls like an earlier one: what does not change between them is prepared once.

An ordinary call tells which lane, library and types it had. The next one whose arguments are of the
same types only takes its data along. Whatever is not as before becomes an ordinary call again.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from .._errors import ArgumentTypeError, ArgumentValueError
from .._run.small import Begun
from .._worker.lanes import OVER
from . import call as ordinary
from . import forms
from .plan import MISSED, Plan
from .signature import bound, options

if TYPE_CHECKING:
    from .._data.target import Target
    from .._protocol.functions import FunctionInfo
    from .._run.execute import Execution
    from .._worker.programs import Programs
    from .prepare import Call
    from .signature import CallOptions

_MOST = 64  # kinds of calls of one function
_CHOSEN = (bool, int, float, str, type(None))


class Prepared:
    """The calls of one function.

    Parameters
    ----------
    info : FunctionInfo
    defaults : CallOptions
        Of its cell.
    tables : mapping
        Values of parameters that a call need not have.
    """

    def __init__(
        self, info: FunctionInfo, defaults: CallOptions, tables: Mapping[str, Any]
    ) -> None:
        self.info, self._defaults, self._tables = info, defaults, tables
        self._chosen = frozenset(options(info)) - {"by", "init"}
        self._plans: dict[Hashable, Plan] = {}
        self._learns = all(
            one.table is None and one.shape in ("column", "value", "list")
            for one in info.parameters
        )

    def again(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any], programs: Programs | None
    ) -> Any:
        """Call the function as before if there was a call like this one, else return `MISSED`."""
        started = time.perf_counter()
        plan = self._plans.get(self._key(args, kwargs))
        if plan is None:
            return MISSED
        values = (*args, *kwargs.values()) if kwargs else args
        begun = Begun(started)
        try:
            if not (sent := plan.send(values, begun)):
                return MISSED
            if begun.reply is not None and not begun.reply[3] & ~OVER:
                found = plan.result(sent, begun, values)
                if found is not MISSED:
                    return found
            return self._ordinary(args, kwargs, programs, begun)
        except BaseException as error:
            if begun.lane is None and isinstance(error, ArgumentTypeError | ArgumentValueError):
                return MISSED  # an ordinary call says it of the first argument
            if begun.lane is None or begun.reply is not None or begun.taken:
                raise
            begun.error = error
        try:
            return self._ordinary(args, kwargs, programs, begun)
        except BaseException:
            if not begun.taken and begun.worker is not None:
                begun.worker.stop_hard()
            raise

    def _ordinary(
        self,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        programs: Programs | None,
        begun: Begun,
    ) -> Any:
        """Let an ordinary call take over one that has been sent."""
        values, chosen = self._bound(args, kwargs)
        return ordinary.call(self.info, values, chosen, programs=programs, begun=begun)

    def anew(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any], programs: Programs | None
    ) -> Any:
        """Call the function as for the first time, and learn from it for the next."""
        key = self._key(args, kwargs) if self._learns else (None,)
        values, chosen = self._bound(args, kwargs)

        def learn(call: Call, execution: Execution, target: Target) -> None:
            small = execution.small
            if small is None or small.key is None or call.options.errors == "report":
                return
            if key in self._plans and self._plans[key].lane == small.key:
                return
            if len(self._plans) >= _MOST:
                self._plans.clear()
            self._plans[key] = Plan(call, small, target, [*args, *kwargs.values()], kwargs)

        rare = any(one is None for one in key)
        return ordinary.call(
            self.info, values, chosen, programs=programs, learn=None if rare else learn
        )

    def _bound(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> tuple[list[Any], CallOptions]:
        return bound(self.info, args, kwargs, self._defaults, self._tables)

    def _key(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Hashable, ...]:
        """Return what decides everything but the data; None in it stands for what is not prepared."""
        key: list[Hashable] = [len(args), *map(forms.form, args)]
        for name, value in kwargs.items():
            key.append(name)
            if name not in self._chosen:
                key.append(forms.form(value))
            else:
                key.append((type(value), value) if type(value) in _CHOSEN else None)
        return tuple(key)
