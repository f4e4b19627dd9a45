"""The completers and inspectors of IPython before its matchers and hooks."""

import IPython.core.completer
import pytest

from goscore._magic import completer, inspect


class OldCompleter:
    """What of IPython 7's completer is met."""

    def __init__(self, shell):
        self.shell = shell
        self.custom_matchers = []

    def _complete(self, *, cursor_line, cursor_pos, line_buffer=None, text=None, full_text=None):
        return "py", ["python"], ["jedi"], ["Jedi's own"]


@pytest.fixture
def old(shell, monkeypatch):
    """Give a shell whose completer knows no matchers."""
    monkeypatch.delattr(IPython.core.completer, "context_matcher")

    class Shell:
        user_ns, user_ns_hidden = shell.user_ns, shell.user_ns_hidden

    made = Shell()
    made.Completer = OldCompleter(made)
    completer.register(made)
    completer.register(made)
    return made


CASES = {
    "%%goscore --thr": ("--thr", ["--threads"]),
    "%%goscore -i v\nstrings.ToUpperSp": ("ToUpperSp", ["ToUpperSpecial"]),
    "%%goscore\nnothing.whatev": ("whatev", []),
    "goscore.sc": ("py", ["python"]),
    "": ("py", ["python"]),
}


def test_completions(old):
    """In a magic there are Go's names alone, and elsewhere IPython's; the whole cell is seen."""
    for text, (written, words) in CASES.items():
        lines = text.split("\n")
        place = {"cursor_line": len(lines) - 1, "cursor_pos": len(lines[-1])}
        found = old.Completer._complete(full_text=text, **place)
        assert (found[0], found[1]) == (written, words), text
        assert list(found[3]) == (["Jedi's own"] if words == ["python"] else []), text


def test_single_line(old):
    """A terminal's older call gives one line."""
    found = old.Completer._complete(cursor_line=0, cursor_pos=None, line_buffer="%%goscore --tim")
    assert sorted(found[1]) == ["--time", "--timeout"]


def test_unregister(old):
    """Afterwards IPython completes as before."""
    completer.unregister(old)
    found = old.Completer._complete(full_text="%%goscore --thr", cursor_line=0, cursor_pos=15)
    assert found[1] == ["python"]
    completer.unregister(old)


class OldInspector:
    """What of IPython 7's inspector is met."""

    def _get_info(self, obj, oname="", formatter=None, info=None, detail_level=0):
        return "theirs"

    def format_mime(self, bundle):
        return bundle


def test_inspector(run):
    """Go functions show their Go, by name or by place of the arguments; other objects are IPython's."""
    run("%%goscore\n// Half halves.\nfunc Half(x float64) float64 { return x / 2 }\n")
    half = run("Half")

    class Shell:
        inspector = OldInspector()

    inspect.register(Shell)
    for detailed in (
        Shell.inspector._get_info(half, "Half", None, None, 1),
        Shell.inspector._get_info(half, detail_level=1),
    ):
        heads = [head for head, _ in detailed["text/plain"]]
        assert heads == ["Signature", "Docstring", "Source", "Type"]
        assert "return x / 2" in detailed["text/html"]
    brief = Shell.inspector._get_info(half, "Half")
    assert "Source" not in [head for head, _ in brief["text/plain"]]
    assert Shell.inspector._get_info(3, "x") == "theirs"
    inspect.unregister(Shell)
    assert Shell.inspector._get_info(half) == "theirs"
