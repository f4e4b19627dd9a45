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


@pytest.mark.notebook
@each_notebook
def test_runs(path: Path) -> None:
    """Run All ends without an error, and nothing is said on stderr."""
    runpy.run_path(str(FOLDER / "build.py"))["execute"](path)
