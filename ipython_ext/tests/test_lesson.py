"""nbgrader can hand out the exercises of the lesson, and grade them."""

from __future__ import annotations

import ast
import os
import re
import runpy
import sqlite3

import nbformat
import pytest

from .documents import ROOT

NOTEBOOKS = ROOT / "notebooks"


def cells(path):
    """Return the cells of Go in a notebook."""
    notebook = nbformat.read(path, as_version=4)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return [source.partition("\n")[2] for source in sources if source.startswith("%%goscore")]


@pytest.fixture(scope="module")
def build():
    """Give what notebooks/build.py defines."""
    return runpy.run_path(str(NOTEBOOKS / "build.py"))


@pytest.fixture(scope="module")
def course(build, tmp_path_factory):
    """Give a course whose assignment nbgrader has made of the solutions."""
    pytest.importorskip("nbgrader")
    folder = tmp_path_factory.mktemp("course")
    build["course"](folder)
    build["nbgrader"](folder, "generate_assignment", "go")
    return folder


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


@pytest.mark.classroom
def test_exercises_are_made_of_the_solutions(course):
    """The exercises of the repository are what nbgrader gives to students."""
    assert sources(course / "release" / "go" / "exercises.ipynb") == sources(
        NOTEBOOKS / "exercises.ipynb"
    )


@pytest.mark.classroom
def test_a_whole_cell_keeps_its_magic(build, tmp_path):
    """A solution cell without marks keeps the line that makes it Go, and gets Go."""
    pytest.importorskip("nbgrader")
    build["course"](tmp_path)
    path = tmp_path / "source" / "go" / "exercises.ipynb"
    notebook = nbformat.read(path, as_version=4)
    solution = next(cell for cell in notebook.cells if "BEGIN SOLUTION" in cell.source)
    solution.source = "%%goscore -o x\nx := 1"
    nbformat.write(notebook, path)
    build["nbgrader"](tmp_path, "generate_assignment", "go")
    cleared = sources(tmp_path / "release" / "go" / "exercises.ipynb")
    assert '%%goscore -o x\n// YOUR CODE HERE\npanic("to be written")' in cleared


@pytest.mark.classroom
def test_right_and_wrong_are_graded(build, course):
    """A right submission has all points; a wrong one those of its right functions, whatever else fails."""
    solved = cells(NOTEBOOKS / "solutions.ipynb")
    wrong = [
        solved[0].replace("* 5 / 9", "* 5 / 8"),
        solved[1],
        solved[2].replace("after, found", "after, nothing"),  # does not compile
    ]
    for student, answers in {"ada": solved, "bob": wrong}.items():
        notebook = nbformat.read(course / "release" / "go" / "exercises.ipynb", as_version=4)
        places = [cell for cell in notebook.cells if cell.source.startswith("%%goscore")]
        for cell, answer in zip(places, answers, strict=False):
            cell.source = f"%%goscore\n{answer}"
        submitted = course / "submitted" / student / "go"
        submitted.mkdir(parents=True)
        nbformat.write(notebook, submitted / "exercises.ipynb")
        build["nbgrader"](course, "autograde", "go", "--student", student)
    assert said(course, "ada", "stderr") == []
    found = next(text for text in said(course, "bob", "stdout") if "fahrenheit =" in text)
    assert "it should give" in found and "but it gives" in found
    assert points(course) == {"ada": 11, "bob": 1}


def said(course, student, stream):
    """Return what the cells of a graded submission said."""
    graded = course / "autograded" / student / "go" / "exercises.ipynb"
    outputs = [
        output
        for cell in nbformat.read(graded, as_version=4).cells
        for output in cell.get("outputs", [])
    ]
    return [output.text for output in outputs if output.get("name") == stream]


def points(course):
    """Return the points of each student, as nbgrader's database has them."""
    with sqlite3.connect(os.fspath(course / "gradebook.db")) as database:
        rows = database.execute(
            "select a.student_id, sum(g.auto_score) from grade g join submitted_notebook n on g.notebook_id = n.id "
            "join submitted_assignment a on n.assignment_id = a.id group by 1"
        )
        return dict(rows.fetchall())


def test_checks_belong_to_exercises():
    """Each exercise has a check, and each check an exercise."""
    tree = ast.parse((NOTEBOOKS / "exercise.py").read_text())
    made = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "CHECKS"
    )
    names = [key.value for key in made.keys]
    declared = [
        re.search(r"^func (\w+)", cell, re.M)[1] for cell in cells(NOTEBOOKS / "solutions.ipynb")
    ]
    assert names == declared
