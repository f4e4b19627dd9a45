"""What the project's pages show runs, their links lead somewhere, and the reference is not stale."""

from __future__ import annotations

import re
import runpy
import subprocess
import tomllib

import pytest

from . import documents
from .documents import ROOT
from .started import HANG

DOCS = sorted((ROOT / "docs").rglob("*.md"))
RUN = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS]
LINKED = [
    *RUN,
    *(ROOT / file for file in ("DESIGN.md", "CHANGELOG.md", "SECURITY.md", "bench/RESULTS.md")),
]


def name(page):
    return str(page.relative_to(ROOT).with_suffix(""))


def test_there_are_pages():
    """The other tests here have something to test."""
    assert ROOT / "docs" / "tutorial.md" in DOCS and len(DOCS) > 10


@pytest.mark.parametrize(
    "document",
    [RUN[0], *(pytest.param(page, marks=pytest.mark.notebook) for page in RUN[1:])],
    ids=[name(page) for page in RUN],
)
def test_cells_run(document, module_proxy, tmp_path):
    """A page's cells run in order, and show what it says they do."""
    blocks = documents.blocks(document)
    cells = [block for block in blocks if block.runs]
    if module_proxy:
        cells = [block for block in cells if block.mark != "network"]
    if not cells:
        return
    shown = {
        id(cell): text for cell, text in zip(cells, documents.run(cells, tmp_path), strict=True)
    }
    for before, block in zip([None, *blocks], blocks, strict=False):
        if block.mark == "output":
            assert before is not None and before.runs, f"{block} is behind no cell"
            if id(before) in shown:
                assert documents.like(shown[id(before)], block.text), (
                    f"{block} is now:\n{shown[id(before)]}"
                )


@pytest.mark.parametrize("document", RUN, ids=name)
def test_code_is_marked(document):
    """Python and Go run or are at least read; nothing else is shown but commands and plain text."""
    for block in documents.blocks(document):
        if block.mark in ("syntax", "network"):
            documents.read(block)
        elif not block.runs:
            assert block.language in ("sh", "text"), block


COMMANDS = [
    (block, line)
    for page in RUN
    for block in documents.blocks(page)
    if block.language == "sh"
    for line in block.text.splitlines()
]


@pytest.mark.parametrize("block, line", COMMANDS, ids=[line for _, line in COMMANDS])
def test_commands(block, line):
    """Shell commands are well-formed, and the extras that they install are there."""
    subprocess.run(["bash", "-n", "-c", line], check=True, timeout=HANG)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    for extra in re.findall(r"pip install '(?:goscore|\.)\[(\w+)\]'", line):
        assert extra in extras, block


def test_install_commands_are_those_of_its_usage():
    """Every ./install.sh command of the pages is in its usage, and CONTRIBUTING.md has them all."""
    usage = subprocess.run(
        ["bash", ROOT / "install.sh", "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=HANG,
    ).stdout
    for page in RUN:
        for command in re.findall(r"\./install\.sh ([a-z]+)", page.read_text(encoding="utf-8")):
            assert re.search(rf"^  {command} ", usage, re.MULTILINE), (page, command)
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for command in re.findall(r"^  ([a-z]+) ", usage, re.MULTILINE):
        assert f"./install.sh {command}" in contributing, command


@pytest.mark.parametrize("document", LINKED, ids=name)
def test_links_lead_somewhere(document):
    """Every relative link is a file, and its fragment a heading there."""
    for link in documents.links(document):
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in documents.anchors(target), link


@pytest.mark.parametrize("document", [page for page in DOCS if page.name != "README.md"], ids=name)
def test_every_page_is_listed(document):
    """The list of pages leads to each of them."""
    index = ROOT / "docs" / "README.md"
    assert str(document.relative_to(index.parent)) in documents.links(index)


def test_reference_is_what_the_docstrings_say(monkeypatch):
    """The reference is as docs/generate.py writes it."""
    monkeypatch.syspath_prepend(ROOT / "docs")
    made = runpy.run_path(str(ROOT / "docs" / "generate.py"))["reference"]()
    written = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert made == written, "stale: run python docs/generate.py"


def test_reference_has_every_public_name():
    """No public name, option or kind of error is left out."""
    import goscore
    from goscore._run.options import OPTIONS

    written = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    for public in goscore.__all__:
        assert re.search(rf"^### `(goscore\.)?{public}[`(]", written, re.MULTILINE), public
    for flag in (flag for option in OPTIONS for flag in option.flags):
        assert f"`{flag}`" in written, flag


def test_reference_has_what_cells_name():
    """Directives are those that the worker knows, and built-in functions have their Go."""
    written = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    source = (ROOT / "magics" / "compile" / "directive.go").read_text(encoding="utf-8")
    directives = re.findall(r'"(\w+)"', source.partition("var directives")[2].splitlines()[0])
    assert directives and {f"//goscore:{name} " in written for name in directives} == {True}
    assert set(re.findall(r"//goscore:(\w+)", written)) == set(directives)
    for name in ("Nullable", "Column", "Null", "ScoreSeries", "ParseTimestamp", "HashEncode"):
        assert re.search(rf"^###+ `goscore\.{name}`", written, re.MULTILINE), name


def test_mistakes_of_the_tutorial_are_those_of_the_hint_table():
    """What the tutorial's messages advise stands in hints.txtar, where the cell that follows it runs."""
    table = (ROOT / "magics" / "testdata" / "hints.txtar").read_text(encoding="utf-8")
    shown = documents.blocks(ROOT / "docs" / "tutorial.md")
    advice = [
        line.partition(": ")[2].split(", line 2: ")[-1].replace("hours.net", "df.v")
        for block in shown
        if block.mark == "output"
        for line in block.text.splitlines()
        if line.startswith(("  hint: ", "warning: "))
    ]
    assert len(advice) >= 3
    for line in advice:
        assert line in table, line


def test_no_riddles():
    """The phrases that CONTRIBUTING.md replaces are nowhere: pages, docstrings, messages, notebooks."""
    rules = (ROOT / "CONTRIBUTING.md").read_text()
    table = rules.partition("| not | but |")[2].partition("\n\n")[0]
    riddles = re.findall(r"^\| (?!not \|)([^|]+?) \|", table, re.M)
    assert len(riddles) > 10
    rooms = "bench compute docs fuzz hammer ipython_ext kernel magics matrix notebooks".split()
    files = [*ROOT.glob("*.*"), *(file for room in rooms for file in (ROOT / room).rglob("*.*"))]
    written = [
        file
        for file in files
        if file.suffix in (".md", ".py", ".go", ".ipynb", ".txtar", ".sh")
        and file.name != "CONTRIBUTING.md"
    ]
    found = {
        f"{path.relative_to(ROOT)}: {riddle}"
        for path in written
        for text in [" ".join(path.read_text().lower().split())]
        for riddle in riddles
        if re.search(rf"\b{re.escape(riddle)}\b", text)
    }
    assert not found
