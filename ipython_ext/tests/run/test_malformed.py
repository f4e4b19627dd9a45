"""Whatever a reply of the worker looks like, it is a result or an error of goscore."""

import copy

import numpy as np
import pandas as pd
import pytest

import goscore
from goscore._run import cell
from goscore._worker import current

from ..declared import functions

WRONG = (
    None,
    -1,
    0,
    1,
    7,
    2**70,
    1.5,
    "x",
    "",
    [],
    {},
    [None],
    [[]],
    {"a": 1},
    True,
    [1, 2, 3],
    [0, 0],
)

SOURCE = """
func Parse(text string) (float64, error) { return strconv.ParseFloat(text, 64) }
type Out struct { N int; S string }
func Both(v float64) Out { return Out{int(v), fmt.Sprint(v)} }
"""


@pytest.fixture(scope="module")
def go():
    return functions(SOURCE)


@pytest.fixture(autouse=True)
def without_lanes(monkeypatch):
    """Have every reply come from the worker."""
    monkeypatch.setattr(current.worker(), "lanes", None)


def paths(value, path=()):
    """Give the path to everything in JSON."""
    yield path
    items = {dict: dict.items, list: enumerate}.get(type(value), lambda _: ())
    for key, item in items(value):
        yield from paths(item, (*path, key))


def spoilt(value, path, wrong):
    """Replace what is at a path, or take it away."""
    made = copy.deepcopy(value)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    if wrong is Ellipsis:
        del inner[path[-1]]
    else:
        inner[path[-1]] = wrong
    return made


def cases(go):
    texts = pd.Series(["1", "x", None, "2"])
    return {
        "a column of floats": lambda: goscore.score_series(np.arange(20_000.0)),
        "errors": lambda: go.Parse(texts, errors="report"),
        "structs": lambda: go.Both(pd.Series([1.0, 2.0], dtype="Float64")),
        "a map": lambda: cell.run('map[string]int{"a": 1, "b": 2}', []).value,
        "outputs": lambda: cell.run(
            "x := []string{v, v}\ny := []any{1, []float64{2}, map[string][]int{}}",
            [("v", "é", "v")],
            cell.Options(outputs=[("x", "x"), ("y", "y")]),
        ),
        "functions": lambda: functions("// F\nfunc F(v []float64) float64 { return v[0] }"),
        "an error": lambda: go.Both("x"),
        "a panic": lambda: cell.run("var p *int\n*p", []),
    }


@pytest.mark.parametrize("case", list(cases(None)))
def test_every_field(go, monkeypatch, case):
    """Each field of a reply is left out, and replaced by something of each type."""
    run = cases(go)[case]
    worker, real, last = type(current.worker()), type(current.worker()).ask, []
    try:
        run()
    except goscore.GoscoreError:
        pass

    def asked(self, channel, message, *rest, **more):
        reply = real(self, channel, message, *rest, **more)
        if message["header"]["msg_type"] == "execute_request":
            last.append(reply)
        return reply

    with monkeypatch.context() as patch:
        patch.setattr(worker, "ask", asked)
        try:
            run()
        except goscore.GoscoreError:
            pass
    reply = {name: last[-1][name] for name in ("header", "parent_header", "metadata", "content")}
    tried, other = 0, []
    current.worker().results.drain()

    def answer(self, channel, message, *rest, **more):
        if message["header"]["msg_type"] != "execute_request":
            return real(self, channel, message, *rest, **more)
        return {**current_reply, "buffers": last[-1]["buffers"]}

    monkeypatch.setattr(worker, "ask", answer)
    for part in ("metadata", "content"):
        for path in paths(reply[part]):
            for wrong in (..., *WRONG) if path else ():
                current_reply = {**reply, part: spoilt(reply[part], path, wrong)}
                tried += 1
                try:
                    run()
                except (goscore.GoscoreError, KeyboardInterrupt):
                    pass
                except Exception as error:
                    other.append((path, wrong, error))
    assert tried > 50
    assert not other, f"{len(other)} of {tried}: {other[:5]}"
