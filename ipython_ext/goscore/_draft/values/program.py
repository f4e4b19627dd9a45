"""What the functions of one draft share: the functions they call, and the variables beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .names import GO_TAKEN
from .types import UNKNOWN, Type


@dataclass
class Helper:
    """A function of the user's that the drafted one calls.

    Attributes
    ----------
    name : str
        Go's.
    result : Type
        So far as it is known.
    fresh : bool
        Whether what it returns is nobody else's.
    text : str
        Its Go; empty as long as it is being translated.
    reason : str
        Why it is not translated, where it is not.
    inner : bool
        Whether only Go calls it.
    parameters : dict of str to Type
        So far as they are known.
    """

    name: str
    result: Type = UNKNOWN
    fresh: bool = False
    text: str = ""
    reason: str = ""
    inner: bool = True
    parameters: dict[str, Type] = field(default_factory=dict)


@dataclass
class Program:
    """One draft.

    Attributes
    ----------
    translate : callable
        Translates a function of Python for arguments of given types.
    checked : bool
        Whether ints are checked for what does not fit into 64 bits.
    prefix : str
        Of all names of the package, so that they are nobody else's.
    variables : dict of str to str
        Declarations of package variables by their names.
    watched : dict of (int, str) to (callable, object)
        What was read of Python's modules: how to look it up again, and what it was.
    """

    translate: Callable[[Program, Any, tuple[Type, ...], Helper], None]
    checked: bool = False
    prefix: str = ""
    helpers: dict[Any, Helper] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    watched: dict[tuple[int, str], tuple[Callable[[], Any], Any]] = field(default_factory=dict)
    inexact: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=lambda: set(GO_TAKEN))

    def name(self, wanted: str) -> str:
        """Return a name of the package that nothing else has."""
        if self.prefix:
            first = self.prefix.title() if wanted[:1].isupper() else self.prefix
            wanted = f"{first}{wanted[:1].upper()}{wanted[1:]}"
        while wanted in self._taken:
            wanted += "_"
        self._taken.add(wanted)
        return wanted

    def of_variable(self, wanted: str) -> str:
        """Return the name of a variable of the package; the same for the same wish."""
        return f"{self.prefix}{wanted[:1].upper()}{wanted[1:]}" if self.prefix else wanted

    def helper(self, function: Any, name: str, given: tuple[Type, ...], key: Any = None) -> Helper:
        """Return another function of the user's, translated for arguments of these types.

        Parameters
        ----------
        key : object, optional
            What tells it from others, where it is no function but a `Source`.
        """
        key = key or function, given
        if key not in self.helpers:
            made = self.helpers[key] = Helper(self.name(name))
            self.translate(self, function, given, made)
        return self.helpers[key]
