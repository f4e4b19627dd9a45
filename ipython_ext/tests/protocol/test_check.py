"""Messages are checked against their declared types in one place."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import goscore
from goscore import GoscoreError
from goscore._protocol.check import checked
from goscore._protocol.execute import ReplyMetadata
from goscore._protocol.functions import FunctionInfo
from goscore._protocol.results import Result
from goscore._worker.channel import Channel

ARRAY = {"type": "g", "length": 2, "nulls": 0, "buffers": [None, [1, 0, 16]]}
REPLY = {
    "generation": 1,
    "outputs": [],
    "value": {"kind": "frame", "rows": 2, "fields": [{"name": "v", "array": ARRAY}]},
    "kept": [[0, 64]],
    "receipt": {
        "compile": 0,
        "cached": True,
        "run": 0.5,
        "rows": 2,
        "cores": 1,
        "bytes_in": 0,
        "bytes_out": 16,
        "where": "program",
    },
    "functions": [
        {
            "name": "F",
            "kind": "scalar",
            "doc": "",
            "signature": "func F(x int)",
            "source": "",
            "cell": "In[1]",
            "params": [
                {"name": "x", "go": "int", "elem": "int", "shape": "value", "nullable": False}
            ],
            "results": None,
            "error": True,
            "init": None,
            "serial": False,
            "sources": [{"cell": "In[1]", "text": "..."}],
            "later": 7,
        }
    ],
}


def with_field(path: str, value: object) -> dict:
    """Return the reply with another value, or without the field."""
    reply = copy.deepcopy(REPLY)
    *steps, last = path.split(".")
    place = reply
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    if value is KeyError:
        del place[last]
    else:
        place[int(last) if last.isdigit() else last] = value
    return reply


def test_whole():
    """What is declared is taken; fields of later versions stay, and null is an empty list."""
    reply = checked(with_field("later", {"more": 1}), ReplyMetadata, "a reply")
    assert reply["later"] == {"more": 1}
    (info,) = reply["functions"]
    assert isinstance(info, FunctionInfo)
    assert (info.params[0].go, info.results, info.merge) == ("int", [], None)
    assert info.json == REPLY["functions"][0]
    assert reply["value"]["fields"][0]["array"]["buffers"] == [None, (1, 0, 16)]
    assert reply["kept"] == [(0, 64)]


@pytest.mark.parametrize(
    "path, value, told",
    [
        ("generation", KeyError, "generation: is missing"),
        ("generation", True, "generation: True where an integer belongs"),
        ("generation", 1.5, "generation: 1.5 where an integer belongs"),
        ("value", [], "value: [] where an object belongs"),
        ("value.kind", None, "value.kind: None where a string belongs"),
        ("value.fields.0", "x", "value.fields[0]: 'x' where an object belongs"),
        ("value.fields.0.array.buffers", {}, "array.buffers: {} where a list belongs"),
        ("value.fields.0.array.buffers.1", [1, 2], "buffers[1]: [1, 2] where a list of 3 belongs"),
        ("value.fields.0.array.children", [3], "array.children[0]: 3 where an object belongs"),
        ("receipt.run", "fast", "receipt.run: 'fast' where a number belongs"),
        ("receipt.cached", 1, "receipt.cached: 1 where true or false belongs"),
        ("functions.0.params.0.go", KeyError, "functions[0].params[0].go: is missing"),
        ("functions.0.sources.0", 1, "functions[0].sources[0]: 1 where an object belongs"),
    ],
)
def test_malformed(path, value, told):
    """A field that is missing or of another type is named, with what is there."""
    with pytest.raises(GoscoreError) as caught:
        checked(with_field(path, value), ReplyMetadata, "execute_reply")
    assert str(caught.value).startswith("read execute_reply: ") and told in str(caught.value)


def test_malformed_replies_of_a_worker(monkeypatch):
    """A reply whose metadata or content is of another form is an error of goscore, whatever reads it."""
    wait = Channel.wait

    def changed(self, *args, **kwargs):
        reply = wait(self, *args, **kwargs)
        change(reply)
        return reply

    large = np.arange(20_000.0)  # too large for a lane
    right = goscore.score(large)
    for spoil in (
        lambda reply: reply["metadata"].pop("goscore"),
        lambda reply: reply["metadata"].update(goscore=[]),
        lambda reply: reply["metadata"]["goscore"].update(value={"kind": "scalar"}),
        lambda reply: reply["metadata"]["goscore"].update(value={"kind": "scalar", "rows": 1}),
        lambda reply: reply["content"].update(status="error", ename=1),
    ):
        change = spoil
        with monkeypatch.context() as patch:
            patch.setattr(Channel, "wait", changed)
            with pytest.raises(GoscoreError):
                goscore.score(large)
    assert np.array_equal(goscore.score(large), right)


def test_nested_too_deep():
    """Results in results end somewhere."""
    result = {"kind": "none", "rows": 0}
    for _ in range(5000):
        result = {"kind": "list", "rows": 0, "items": [result]}
    with pytest.raises(GoscoreError, match="nested too deep"):
        checked(result, Result, "a reply")
