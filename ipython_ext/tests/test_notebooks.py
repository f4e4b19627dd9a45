"""Every notebook of the project is stored as notebooks/build.py writes it, and runs from top to bottom."""

import runpy
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_there_are_notebooks() -> None:
    """The other tests here have something to test."""
    assert NOTEBOOKS


@each_notebook
def test_clean(path: Path) -> None:
    """A notebook is valid and small, and what it shows is neither progress nor an error nor said on stderr."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert path.stat().st_size < 250_000
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error" and output.get("name") != "stderr", output
            assert not any("widget" in kind for kind in output.get("data", ()))


@each_notebook
def test_cells_are_short(path: Path) -> None:
    """A cell can be seen at once, also on a projector: it has at most 20 lines."""
    cells = nbformat.read(path, as_version=4).cells
    long = [cell.source for cell in cells if len(cell.source.splitlines()) > 20]
    assert not long


@each_notebook
def test_outputs_are_stored(path: Path) -> None:
    """A notebook shows what it makes before it is run."""
    cells = nbformat.read(path, as_version=4).cells
    assert any(cell.get("outputs") for cell in cells)


@pytest.mark.notebook
@each_notebook
def test_runs(path: Path) -> None:
    """Run All ends without an error, and nothing is said on stderr."""
    runpy.run_path(str(FOLDER / "build.py"))["execute"](path)
