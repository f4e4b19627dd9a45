"""Types of a draft: what Python's values are in Go."""

from __future__ import annotations

from dataclasses import dataclass

from .refusal import Untranslatable

_GO = {
    "float": "float64",
    "str": "string",
    "time": "time.Time",
    "date": "time.Time",
    "duration": "time.Duration",
    "match": "*pyMatch",
}
_PYTHON = {"none": "None", "time": "datetime", "duration": "timedelta", "optional": "maybe"}


@dataclass(frozen=True)
class Type:
    """A type of a draft.

    Attributes
    ----------
    kind : str
        ``float``, ``int``, ``bool``, ``str``, ``time``, ``date``, ``duration``, ``match``; ``list``,
        ``array`` (NumPy's, with its arithmetic), ``set``, ``map``, ``dict`` (a map that
        keeps the order of its keys), ``tuple``, ``optional``; ``none``, or ``unknown`` as
        long as nothing is known; ``mixed`` is a name's that is one thing here and another there.
    items : tuple of Type
        What it holds; of a map its keys and values.
    form : str
        Of a map, what a missing key gives: nothing for an error, ``zero`` for a Counter's 0,
        ``made`` for a defaultdict's new value; of a tuple, the name of its class and of its items.
    """

    kind: str
    items: tuple[Type, ...] = ()
    form: str = ""

    @property
    def item(self) -> Type:
        """What a list holds, or the values of a map."""
        return self.items[-1] if self.items else UNKNOWN

    @property
    def known(self) -> bool:
        """Whether Go could be written for it."""
        return self.kind not in ("unknown", "mixed", "none") and all(
            item.known for item in self.items
        )

    @property
    def mixed(self) -> bool:
        """Whether it, or what it holds, is one thing here and another there."""
        return self.kind == "mixed" or any(item.mixed for item in self.items)

    @property
    def is_number(self) -> bool:
        return self.kind in ("float", "int", "bool")

    @property
    def is_list(self) -> bool:
        return self.kind in ("list", "array")

    @property
    def is_map(self) -> bool:
        return self.kind in ("map", "dict")

    @property
    def shared(self) -> bool:
        """Whether a second name for it would be one that Go does not keep alike."""
        return self.is_list or any(item.shared for item in self.items)

    @property
    def plain(self) -> bool:
        """Whether Go's ``==`` is Python's, NaN apart, so that it can be a key."""
        if self.kind in ("tuple", "optional"):
            return self.kind == "tuple" and all(item.plain for item in self.items)
        return self.kind in ("float", "int", "bool", "str", "duration")

    @property
    def has_floats(self) -> bool:
        return self.kind == "float" or any(item.has_floats for item in self.items)

    @property
    def go(self) -> str:
        """Go's name of it."""
        inside = ", ".join(item.go for item in self.items)
        if self.is_list:
            return f"[]{inside}"
        if self.kind == "map":
            return f"map[{self.items[0].go}]{self.item.go}"
        if self.kind == "dict":
            return f"*pyDict[{inside}]"
        if self.kind == "set":
            return f"map[{inside}]struct{{}}"
        if self.kind == "optional":
            return f"*{inside}"
        if self.kind == "tuple":
            return f"pyTuple{len(self.items)}[{inside}]"
        return _GO.get(self.kind, self.kind)

    @property
    def results(self) -> str:
        """Go's name of it where a function returns it."""
        if self.kind == "tuple":
            return f"({', '.join(item.go for item in self.items)})"
        return self.go

    @property
    def python(self) -> str:
        """Python's name of it, for messages."""
        name = _PYTHON.get(self.kind, self.kind)
        if self.items:
            return f"{name}[{', '.join(item.python for item in self.items)}]"
        return name


FLOAT, INT, BOOL, STR = Type("float"), Type("int"), Type("bool"), Type("str")
TIME, DATE, DURATION, MATCH = Type("time"), Type("date"), Type("duration"), Type("match")
NONE, UNKNOWN, MIXED = Type("none"), Type("unknown"), Type("mixed")


def list_of(item: Type) -> Type:
    """Return the type of a list."""
    return Type("list", (item,))


def tuple_of(*items: Type) -> Type:
    """Return the type of a tuple."""
    return Type("tuple", items)


def optional(of: Type) -> Type:
    """Return the type of a value that may be None."""
    return of if of.kind in ("optional", "none") else Type("optional", (of,))


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
    if NONE in (one, other) or "optional" in (one.kind, other.kind):
        inner = [
            side.item if side.kind == "optional" else side for side in (one, other) if side != NONE
        ]
        made = join(inner[0], inner[-1])
        return MIXED if made.mixed else optional(made)
    if {one.kind, other.kind} == {"int", "float"}:
        return FLOAT
    if (
        one.kind == other.kind
        and one.items
        and len(one.items) == len(other.items)
        and one.form == other.form
    ):
        items = tuple(map(join, one.items, other.items))
        # NumPy's arrays keep their type whatever is stored in them.
        if any(item.mixed for item in items) or (one.kind == "array" and items != one.items):
            return MIXED
        return Type(one.kind, items, one.form)
    return MIXED


def check_known(name: str, found: Type) -> None:
    """Refuse a name whose Go type is not known.

    Raises
    ------
    Untranslatable
    """
    if found.mixed:
        raise Untranslatable(f"{name} holds values of several types")
    if not found.known:
        raise Untranslatable(f"the type of {name} is not known")
