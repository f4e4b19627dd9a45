"""nbgrader's settings for a course with cells of Go: copy this file beside the folder ``source``.

nbgrader chooses by the language of a notebook what it puts in the place of a solution. In a cell
that begins with %%goscore that has to be Go.
"""

from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions as Clear

MAGIC = "%%goscore"


class ClearSolutions(Clear):
    """Puts Go in the place of solutions in Go."""

    def preprocess_cell(self, cell, resources, cell_index):
        """Clear a cell in the language that it is in."""
        source = cell.source.lstrip()
        if cell.cell_type != "code" or not source.startswith(MAGIC):
            return super().preprocess_cell(cell, resources, cell_index)
        cell, _ = super().preprocess_cell(cell, {**resources, "language": "go"}, cell_index)
        if not cell.source.lstrip().startswith(
            MAGIC
        ):  # nothing was marked: all of it was the solution
            cell.source = source.partition("\n")[0] + "\n" + cell.source
        return cell, resources


c = get_config()  # noqa: F821 (nbgrader's)
steps = GenerateAssignment.class_traits()["preprocessors"].default()
c.GenerateAssignment.preprocessors = [ClearSolutions if step is Clear else step for step in steps]
c.ClearSolutions.code_stub = {
    "python": "# YOUR CODE HERE\nraise NotImplementedError()",
    "go": '// YOUR CODE HERE\npanic("to be written")',
}
