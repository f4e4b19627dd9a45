"""Make the screenshots of the README and of docs/ anew, in a real JupyterLab: ``python docs/screenshots.py``."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from selenium.webdriver.common.keys import Keys

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
sys.path.insert(0, str(ROOT / "ipython_ext"))

from tests.frontend import chromium, server  # noqa: E402
from tests.page import CELLS as CELL  # noqa: E402
from tests.page import Page, write_notebook  # noqa: E402
from tests.started import until  # noqa: E402

CELLS = {
    "python": """\
%load_ext goscore
import numpy as np
import pandas as pd

random = np.random.default_rng(1)
hours = pd.DataFrame({"house": random.choice(["Elm St", "High St"], 1_000_000), "net": random.normal(0, 2, 1_000_000)})


def battery(net):
    charge, charges = 0.0, []
    for x in net:
        charge = min(max(charge + x, 0.0), 10.0)
        charges.append(charge)
    return charges""",
    "cell": """\
%%goscore -i hours
// Battery says how full a battery of 10 kWh is after each hour.
//
//goscore:scan init=0
func Battery(charge, net float64) float64 {
	return min(max(charge+net, 0), 10)
}

type Extremes struct {
	Most, Least float64
}
found := Extremes{math.Inf(-1), math.Inf(1)}
for _, x := range hours.net {
	found.Most = max(found.Most, x)
	found.Least = min(found.Least, x)
}
[]Extremes{found}""",
    "compare": """\
import goscore

goscore.compare(battery, Battery, hours.net)""",
    "share": """\
%%goscore
// Share divides an amount among people, in whole cents.
func Share(cents, people int64) int64 { return cents / people }""",
    "check": """\
def share(cents, people):
    return cents // people


goscore.check(share, Share)""",
    "waves": """\
%%goscore
func Waves(v, w []float64) float64 {
	s := 0.0
	for i := range v {
		s += v[i]
		for k := range 100 {
			s += math.Sin(w[i] * float64(k))
		}
	}
	return s
}""",
    "profile": """\
v = hours.net[:20_000]
Waves.profile(v, v)""",
    "fare": """\
%%goscore
func rate(km float64) int {
	if km > 10 {
		return 90
	}
	return 120
}

// Fare is what one rider pays, in cents.
func Fare(km float64, riders int) int {
	total := 0
	for at := 0.0; at < km; at++ {
		total += rate(at)
	}
	return total / riders
}""",
    "trace": """\
try:
    Fare([2.0, 12.0, 8.0], [1, 2, 0])
except goscore.GoPanic as error:
    trace = error.trace()
trace""",
    "error": """\
%%goscore -i hours
sum := 0.0
for _, x := range hours.nett {
	sum += x
}
sum""",
}


KEPT = ("cell", "compare", "check", "profile", "trace", "error")


def main() -> None:
    """Run the notebook, and keep some of its cells as images."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_notebook(folder / "cells.ipynb", CELLS)
        with (
            chromium(folder / "profile") as driver,
            server("jupyterlab", folder) as url,
        ):
            driver.set_window_size(1250, 3600)
            page = Page(driver, url("doc/tree/cells.ipynb"), CELLS)
            for name in CELLS:
                page.run(name)
            # The selected cell shows buttons and a bar, and its editor a cursor.
            page.edit("python", Keys.ESCAPE)
            for name in KEPT:
                keep(page, name)


def keep(page: Page, name: str) -> None:
    """Write what a cell and its output look like."""
    shown = page.find_all(CELL)[page.names.index(name)]
    page.driver.execute_script("arguments[0].scrollIntoView()", shown)
    until(shown.is_displayed)
    image = Image.open(io.BytesIO(shown.screenshot_as_png)).convert("RGB")
    # The topmost pixels are the border of the cell above.
    image = image.crop((0, 3, *image.size))
    # Of few colours a palette keeps all that can be seen, in a third of the bytes.
    image.quantize(128).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
