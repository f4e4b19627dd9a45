"""Run the notebooks and store what they show: ``python notebooks/build.py [NAME...]``.

Exercises are made of the solutions first, by nbgrader. Outputs are stored without noise: no progress, no
times of execution, no text behind a picture, and nothing of cells with the tag *varies*, whose
text is another one on each machine.
"""

from __future__ import annotations

import base64
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

FOLDER = Path(__file__).parent
EXERCISES, SOLUTIONS = FOLDER / "exercises.ipynb", FOLDER / "solutions.ipynb"
COURSE = ("exercise.py",)  # what students get beside the notebook


def execute(path: Path) -> nbformat.NotebookNode:
    """Return a notebook with its outputs; raise where a cell fails, or says something on stderr."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, kernel_name="python3", timeout=500, resources=resources).execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise RuntimeError(f"{path.name} says on stderr: {output.text}")
    return notebook


def clean(notebook: nbformat.NotebookNode) -> None:
    """Take the noise out of what was executed."""
    notebook.metadata = nbformat.from_dict(
        {name: notebook.metadata[name] for name in ("kernelspec",)}
        | {"language_info": {"name": "python"}}
    )
    for at, cell in enumerate(notebook.cells):
        cell.id = f"cell-{at}"
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        kept = [] if "varies" in cell.metadata.get("tags", []) else cell.outputs
        cell.outputs = [one for one in map(without_noise, kept) if one is not None]


def without_noise(output: nbformat.NotebookNode) -> nbformat.NotebookNode | None:
    """Return an output as it is stored; None for what is not."""
    data = output.get("data")
    if data is None:
        return output
    output.metadata.clear()
    if any("widget" in kind for kind in data) or not any(map(str.strip, map(str, data.values()))):
        return None  # progress
    if "image/png" in data:
        output.data = nbformat.from_dict({"image/png": small(data["image/png"])})
    elif "text/markdown" in data:
        data.pop("text/plain", None)
    return output


def small(encoded: str) -> str:
    """Return a chart with a palette: of few colours it keeps all that can be seen, in fewer bytes."""
    image = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGBA")
    file = io.BytesIO()
    image.quantize(64, method=Image.Quantize.FASTOCTREE).save(file, "png", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write a notebook as the repository stores it."""
    path.write_text(nbformat.writes(notebook, version=4) + "\n", encoding="utf-8")


def course(folder: Path) -> None:
    """Make a course of nbgrader in a folder, whose one assignment are the exercises."""
    source = folder / "source" / "go"
    source.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text((FOLDER / "nbgrader_config.py").read_text())
    for name in COURSE:
        (source / name).write_text((FOLDER / name).read_text())
    notebook = nbformat.read(SOLUTIONS, as_version=4)
    del notebook.cells[0]  # for teachers
    notebook.cells[0].source = "# Exercises\n\n" + notebook.cells[0].source
    nbformat.write(notebook, source / EXERCISES.name)


def nbgrader(folder: Path, *words: str) -> None:
    """Run a command of nbgrader in a course; its output is shown when it fails."""
    own = {name: str(folder / "own") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "HOME")}
    own["XDG_CACHE_HOME"] = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    own["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-m", "nbgrader", *words]
    run = subprocess.run(command, cwd=folder, env=os.environ | own, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"nbgrader {' '.join(words)}:\n{run.stdout}{run.stderr}")


def make_exercises() -> nbformat.NotebookNode:
    """Return the exercises that nbgrader makes of the solutions."""
    with tempfile.TemporaryDirectory() as made:
        course(Path(made))
        nbgrader(Path(made), "generate_assignment", "go")
        found = nbformat.read(Path(made) / "release" / "go" / EXERCISES.name, as_version=4)
    for cell in found.cells:
        cell.metadata.get("nbgrader", {}).pop("checksum", None)
    return found


def main(names: list[str]) -> None:
    """Build the notebooks of these names, or all."""
    paths = [FOLDER / f"{name}.ipynb" for name in names] or sorted(FOLDER.glob("*.ipynb"))
    for path in paths:
        if path == EXERCISES:
            write(make_exercises(), path)
        notebook = execute(path)
        clean(notebook)
        write(notebook, path)
        print(f"{path.name}: {path.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
