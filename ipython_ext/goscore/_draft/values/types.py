"""Types of a draft: what Python's values are in Go."""

from __future__ import annotations

from dataclasses import dataclass

from .refusal import Untranslatable


@dataclass(frozen=True)
class Type:
    """A type of a draft.

    Attributes
    ----------
    kind : str
        ``float``, ``int``, ``bool``, ``str``, ``list``, ``array`` (NumPy's, with its
        arithmetic), ``map``, ``tuple``, ``none``, or ``unknown`` as long as nothing
        is known; ``mixed`` is a name's that is one thing here and another there.
    items : tuple of Type
        What it holds; of a map its keys and values.
    """

    kind: str
    items: tuple[Type, ...] = ()

    @property
    def item(self) -> Type:
        """What a list holds, or the values of a map."""
        return self.items[-1]

    @property
    def known(self) -> bool:
        """Whether Go could be written for it."""
        return self.kind not in ("unknown", "mixed") and all(item.known for item in self.items)

    @property
    def is_number(self) -> bool:
        return self.kind in ("float", "int", "bool")

    @property
    def is_list(self) -> bool:
        return self.kind in ("list", "array")

    @property
    def go(self) -> str:
        """Go's name of it."""
        if self.is_list:
            return f"[]{self.item.go}"
        if self.kind == "map":
            return f"map[{self.items[0].go}]{self.item.go}"
        if self.kind == "tuple":
            return f"({', '.join(item.go for item in self.items)})"
        return {"float": "float64", "str": "string"}.get(self.kind, self.kind)

    @property
    def python(self) -> str:
        """Python's name of it, for messages."""
        if self.items:
            return f"{self.kind}[{', '.join(item.python for item in self.items)}]"
        return {"none": "None"}.get(self.kind, self.kind)


FLOAT, INT, BOOL, STR = Type("float"), Type("int"), Type("bool"), Type("str")
NONE, UNKNOWN, MIXED = Type("none"), Type("unknown"), Type("mixed")


def list_of(item: Type) -> Type:
    """Return the type of a list."""
    return Type("list", (item,))


def join(one: Type, other: Type) -> Type:
    """Return the type that holds the values of both; `MIXED` when Go has none.

    An int and a float make a float: as a number it is the same.
    """
    if MIXED in (one, other):
        return MIXED
    if one == other or other == UNKNOWN:
        return one
    if one == UNKNOWN:
        return other
    if {one.kind, other.kind} == {"int", "float"}:
        return FLOAT
    if one.kind == other.kind and one.items and len(one.items) == len(other.items):
        items = tuple(map(join, one.items, other.items))
        # NumPy's arrays keep their type whatever is stored in them.
        if MIXED in items or (one.kind == "array" and items != one.items):
            return MIXED
        return Type(one.kind, items)
    return MIXED


def check_known(name: str, found: Type) -> None:
    """Refuse a name whose Go type is not known.

    Raises
    ------
    Untranslatable
    """
    if found == MIXED or any(item == MIXED for item in found.items):
        raise Untranslatable(f"{name} holds values of several types")
    if not found.known:
        raise Untranslatable(f"the type of {name} is not known")
