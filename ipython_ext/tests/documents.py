"""The project's Markdown: its code, run as the page says, and its links.

What stands in a comment above a block of code says how it is tested:

    cell                    it runs, after the page's other cells, in one IPython kernel; commands in bash
    cell raises GoPanic     it does so, and ends with that exception
    output                  what the cell before it shows; ``...`` stands for anything
    network                 a cell that runs where Go's module proxy can be reached
    syntax                  it is only read
"""

from __future__ import annotations

import ast
import doctest
import os
import re
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from markdown_it import MarkdownIt
from markdown_it.token import Token
from nbclient import NotebookClient

from goscore._run import cell as cell_module
from goscore._run.execute import executing
from goscore._run.parse import parse

from .started import HANG

ROOT = Path(__file__).parents[2]
LIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_MARK = re.compile(r"<!-- (cell|cell raises \w+|output|network|syntax) -->\s*")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


@dataclass
class Block:
    """A block of code.

    Attributes
    ----------
    page : Path
    line : int
        Of the page, from 1.
    language, mark, text : str
        The mark is empty where there is none.
    """

    page: Path
    line: int
    language: str
    mark: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}, line {self.line}"

    @property
    def runs(self) -> bool:
        return self.mark.startswith("cell") or self.mark == "network"


def tokens(page: Path) -> list[Token]:
    """Return what a page consists of."""
    return MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))


def blocks(page: Path) -> list[Block]:
    """Return a page's blocks of code."""
    found, before = [], ""
    for token in tokens(page):
        if token.type in ("fence", "code_block"):
            mark = _MARK.fullmatch(before)
            line = token.map[0] + 1 if token.map else 0
            found.append(Block(page, line, token.info, mark[1] if mark else "", token.content))
        before = token.content if token.type == "html_block" else ""
    return found


def run(cells: list[Block], folder: Path) -> list[str]:
    """Run cells in a kernel of their own.

    Returns
    -------
    list of str
        What each of them showed.
    """
    made = [nbformat.v4.new_code_cell(_source(block)) for block in cells]
    for cell, block in zip(made, cells, strict=True):
        if "raises" in block.mark:
            cell.metadata["tags"] = ["raises-exception"]
    notebook = nbformat.v4.new_notebook(cells=made)
    resources = {"metadata": {"path": str(folder)}}
    # The commands that a page shows are those of the environment that tests it.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    client = NotebookClient(notebook, kernel_name="python3", timeout=HANG, resources=resources)
    client.execute(env=os.environ | {"PATH": path})
    for cell, block in zip(made, cells, strict=True):
        raised = [output.ename for output in cell.outputs if output.output_type == "error"]
        assert raised == block.mark.split()[2:], f"{block} raises {raised}"
    return ["".join(map(_text, cell.outputs)) for cell in made]


def _source(block: Block) -> str:
    text = block.text.rstrip()
    return f"%%bash\n{text}" if block.language == "sh" else text


def _text(output: nbformat.NotebookNode) -> str:
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        return _COLOUR.sub("", "\n".join(output.traceback)) + "\n"
    return str(output.data.get("text/plain", "")) + "\n"


def like(shown: str, wanted: str) -> bool:
    """Tell whether an output is what a page says, whatever its ``...`` stand for."""
    return doctest.OutputChecker().check_output(wanted, shown, LIKE)


def read(block: Block) -> None:
    """Raise when a block is neither Python nor a cell of Go."""
    if block.language == "go":
        line, _, code = block.text.partition("\n")
        options, _ = parse(line.removeprefix("%%goscore"))
        with executing(code, options, False, str(block)) as one:
            cell_module._plan(one, [])
    else:
        assert block.language == "python", block
        ast.parse(TransformerManager().transform_cell(block.text))


def links(page: Path) -> list[str]:
    """Return where a page's links lead, and its images, but for other sites."""
    inner = [child for token in tokens(page) for child in token.children or ()]
    found = [str(token.attrGet("href") or token.attrGet("src") or "") for token in inner]
    return [link for link in found if link and not re.match(r"\w+:", link)]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    found: list[str] = []
    for opening, heading in pairwise(tokens(page)):
        if opening.type == "heading_open":
            shown = "".join(child.content for child in heading.children or ())
            anchor = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
            before = sum(
                re.fullmatch(re.escape(anchor) + r"(-\d+)?", one) is not None for one in found
            )
            found.append(f"{anchor}-{before}" if before else anchor)
    return set(found)
