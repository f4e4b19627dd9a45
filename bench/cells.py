"""Cells, run by a real IPython as a notebook runs them."""

from __future__ import annotations

import contextlib
import io
from typing import Any


class Cells:
    """An IPython without history or display, with the extension loaded."""

    def __init__(self) -> None:
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        config = Config()
        config.HistoryManager.enabled = False
        self.shell: Any = InteractiveShell.instance(config=config)
        self.run("%load_ext goscore")

    def run(self, source: str, **names: Any) -> Any:
        """Run a cell with these names bound; return its value, or raise its error."""
        self.shell.user_ns.update(names)
        with contextlib.redirect_stdout(io.StringIO()):
            outcome = self.shell.run_cell(source)
        outcome.raise_error()
        return outcome.result

    def function(self, name: str, go: str) -> Any:
        """Run a cell of Go; return the Python callable that it makes."""
        self.run(f"%%goscore\n{go}")
        return self.shell.user_ns[name]

    def __getitem__(self, name: str) -> Any:
        return self.shell.user_ns[name]
