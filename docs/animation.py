"""Make the README's animated picture anew, in a real JupyterLab: ``python docs/animation.py``."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from screenshots import IMAGES
from selenium.webdriver.common.keys import Keys

from tests.frontend import chromium, server
from tests.page import CELLS as CELL
from tests.page import Page, write_notebook
from tests.started import until

PICTURE = IMAGES / "draft.webp"
# Pixels of the page, and how many of the picture's stand for one.
WIDTH, HEIGHT, SCALE = 900, 645, 1.5
CELLS = {
    "python": """\
%load_ext goscore
import goscore
import numpy as np
import pandas as pd

hours = pd.DataFrame({"net": np.random.default_rng(1).normal(0, 2, 5_000_000)})


def full_hours(net):
    # In how many hours is a battery of 10 kWh full?
    charge, full = 0.0, 0
    for x in net:
        charge += x
        if charge >= 10:
            charge = 10.0
            full += 1
        elif charge < 0:
            charge = 0.0
    return full""",
    "draft": "%goscore_draft full_hours hours.net",
    "compare": "goscore.compare(full_hours, FullHours, hours.net)",
}
NOTEBOOK = ".jp-NotebookPanel-notebook"
# Buttons beside a cell, the scrollbar, and the line that adds a cell.
QUIET = """
const style = document.createElement("style");
style.textContent = `.jp-cell-toolbar, .jp-Notebook-footer { display: none !important }
  .jp-WindowedPanel-outer { scrollbar-width: none }`;
document.head.append(style);
"""


class Film:
    """Frames of a page, each with the milliseconds for which it is shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.times: list[int] = []

    def take(self, cell: str, milliseconds: int) -> None:
        """Bring a cell into view, and add what the page shows."""
        shown = self.page.find_all(CELL)[self.page.names.index(cell)]
        self.page.driver.execute_script("arguments[0].scrollIntoView({block: 'nearest'})", shown)
        notebook = self.page.find_all(NOTEBOOK)[0]
        image = Image.open(io.BytesIO(notebook.screenshot_as_png)).convert("RGB")
        self.frames.append(image)
        self.times.append(milliseconds)

    def write(self, path: Path) -> None:
        """Write the frames without loss."""
        first, *others = self.frames
        first.save(
            path, save_all=True, append_images=others, duration=self.times, loop=0, lossless=True
        )


def play(page: Page) -> Film:
    """Draft Go from a Python function, run it, and compare both."""
    film = Film(page)
    page.run("python")
    page.edit("draft", Keys.END)
    film.take("python", 2500)
    page.run("draft")
    page.names.insert(page.names.index("draft") + 1, "go")
    until(lambda: "func FullHours" in page.source("go"))
    film.take("draft", 1500)
    film.take("go", 3000)
    page.run("go")
    film.take("go", 1500)
    page.edit("compare", Keys.END)
    film.take("compare", 1500)
    page.start("compare")
    until(lambda: "[*]" in page.text("compare", ".jp-InputPrompt"))
    film.take("compare", 1500)
    until(lambda: "faster" in page.output("compare"))
    assert "5 million rows, same bits" in page.output("compare"), "the machine is busy"
    page.edit("compare", Keys.ESCAPE)
    film.take("compare", 5000)
    return film


def main() -> None:
    """Run the notebook, and keep it as a moving picture."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_notebook(folder / "draft.ipynb", CELLS)
        with (
            chromium(folder / "profile") as driver,
            server("jupyterlab", folder) as url,
        ):
            size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": SCALE, "mobile": False}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            page = Page(driver, url("doc/tree/draft.ipynb"), CELLS)
            driver.execute_script(QUIET)
            film = play(page)
    film.write(PICTURE)


if __name__ == "__main__":
    main()
