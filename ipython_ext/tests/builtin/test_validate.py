"""``validate``: the rows that pandas finds, in every library."""

import datetime as dt
import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal

import goscore
from goscore import ArgumentTypeError, ArgumentValueError

PEOPLE = {
    "name": ["Ada", None, "Bo", "Bo"],
    "age": [36.0, -1.0, None, 200.0],
    "kind": ["a", "b", "x", None],
    "day": [dt.date(2026, 3, 1), None, None, dt.date(2026, 3, 1)],
}
RULES = {
    "name": ["required", "unique", ("matches", "[A-Z][a-z]{2}")],
    "age": [("between", 0, 150), "required"],
    "kind": ("one_of", ["a", "b"]),
    "day": "unique",
}
BROKEN = [
    (0, "day", "unique"),
    (1, "name", "required"),
    (1, "age", "between(0, 150)"),
    (2, "name", "unique"),
    (2, "name", "matches('[A-Z][a-z]{2}')"),
    (2, "age", "required"),
    (2, "kind", "one_of(['a', 'b'])"),
    (3, "name", "unique"),
    (3, "name", "matches('[A-Z][a-z]{2}')"),
    (3, "age", "between(0, 150)"),
    (3, "day", "unique"),
]


def test_every_rule_in_pandas():
    """Violations come by row, then by rule, with the row's label and the value."""
    made = goscore.validate(pd.DataFrame(PEOPLE, index=list("pqrs")), RULES)
    assert made[["row", "column", "rule"]].values.tolist() == [
        ["pqrs"[row], column, rule] for row, column, rule in BROKEN
    ]
    assert made["value"][2] == -1.0 and made["value"][4] == "Bo" and pd.isna(made["value"][1])
    assert list(made.columns) == ["row", "column", "rule", "value"]


@pytest.mark.parametrize("make", [pl.DataFrame, pa.table])
def test_every_rule_elsewhere(make):
    """The table is in the frame's library; values are text."""
    made = goscore.validate(make(PEOPLE), RULES)
    rows = made.rows() if make is pl.DataFrame else [*zip(*made.to_pydict().values(), strict=True)]
    assert [row[:3] for row in rows] == BROKEN
    assert rows[2][3] == "-1.0" and rows[1][3] is None


def test_rows_are_those_of_pandas():
    """On many rows, with missing ones, whatever the type of the numbers."""
    random = np.random.default_rng(4)
    n = 50_000
    v = pd.Series(random.normal(size=n) * 10).where(random.random(n) > 0.1)
    k = pd.Series(random.integers(0, n, n), dtype="Int32").where(random.random(n) > 0.1)
    s = v.round(1).astype(str).where(v.notna())
    frame = pd.DataFrame({"v": v, "k": k, "s": s})

    def rows(column, rule):
        return goscore.validate(frame, {column: rule})["row"].tolist()

    assert rows("v", "required") == v.index[v.isna()].tolist()
    assert rows("v", ("between", -5, None)) == v.index[v < -5].tolist()
    assert rows("k", "unique") == k.index[k.duplicated(keep=False) & k.notna()].tolist()
    assert rows("k", ("one_of", range(1000))) == k.index[(k >= 1000).fillna(False)].tolist()
    pattern = r"-?\d\.\d"
    assert rows("s", ("matches", re.compile(pattern))) == (
        s.index[~s.str.fullmatch(pattern, na=True).astype(bool)].tolist()
    )


def test_nothing_broken():
    """No violations are a frame without rows; so are no rules, and no rows."""
    frame = pd.DataFrame({"v": [1, 2]})
    for given, rules in (
        (frame, {"v": [("between", 1, 2), "unique"]}),
        (frame, {}),
        (frame[:0], {"v": "required"}),
    ):
        made = goscore.validate(given, rules)
        assert_frame_equal(made[["row"]], pd.DataFrame({"row": np.zeros(0, "i8")}))
        assert list(made.columns) == ["row", "column", "rule", "value"]
    levels = frame.set_index(pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]))
    assert goscore.validate(levels, {"v": ("between", 0, 1)})["row"].tolist() == [("b", 2)]


@pytest.mark.parametrize(
    "rules, message",
    [
        ({"agee": "required"}, "df has no column 'agee'; did you mean age?"),
        ({"age": "requird"}, "column 'age': there is no rule 'requird'; did you mean required?"),
        ({"age": 3}, "column 'age': there is no rule 3"),
        ({"age": ("between", 3)}, "column 'age': the rule 'between' takes 2 arguments, not 1"),
        ({"name": ("matches", "a)(")}, "unexpected )"),
    ],
)
def test_rules_that_are_none(rules, message):
    """A misspelt column or rule says what was meant."""
    with pytest.raises(ArgumentValueError, match=re.escape(message)):
        goscore.validate(pd.DataFrame(PEOPLE), rules)


@pytest.mark.parametrize(
    "rule, message",
    [
        (
            ("between", 0, 1),
            "between on column 'name': 0 is not comparable with a column of strings",
        ),
        (("between", "a", 2), "between on column 'name': 2 is not comparable"),
        (
            ("one_of", ["a", 2]),
            "one_of on column 'name': 2 is not comparable with a column of strings",
        ),
        (("one_of", "ab"), "one_of on column 'name' takes a list of values, not 'ab'"),
        (("matches", 3), "pattern of matches on column 'name' takes one string"),
    ],
)
def test_rules_for_other_types(rule, message):
    """A rule for numbers is not for strings, and the message names the column."""
    with pytest.raises(ArgumentTypeError, match=re.escape(message)):
        goscore.validate(pd.DataFrame(PEOPLE), {"name": rule})
    with pytest.raises(ArgumentTypeError, match="validate takes a DataFrame, and a list"):
        goscore.validate([1], {})


def test_labels_of_any_layout():
    """Rows are called by their labels, also where pandas itself takes no rows of an index."""
    words = pa.chunked_array([pa.array(["a", "b", "c"], pa.string_view())])
    index = pd.Index(pd.arrays.ArrowExtensionArray(words))
    found = goscore.validate(pd.DataFrame({"n": [1, 5, 9]}, index=index), {"n": ("between", 2, 6)})
    assert list(found["row"]) == ["a", "c"] and list(found["value"]) == [1, 9]


@pytest.mark.parametrize("rule", [("between", "a", "b"), ("between", 1, 2), ("one_of", ["a"])])
@pytest.mark.parametrize("rows", [0, 2])
def test_columns_of_nothing(rows, rule):
    """Objects of which all are missing, or there are none, break no rule, of whatever kind its values are."""
    for table in (
        pd.DataFrame({"x": pd.Series([None] * rows, dtype=object)}),
        pa.table({"x": pa.nulls(rows)}),
    ):
        assert len(goscore.validate(table, {"x": rule})) == 0
