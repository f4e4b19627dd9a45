"""The stop button of a notebook, pressed at any moment."""

from __future__ import annotations

import queue
import random
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from jupyter_client.manager import KernelManager

from .attack import Trials, attack

STOP = 0.5  # s; how long the stop button may take
ROWS = 4_000_000
PATIENCE = 15.0  # s; after which a notebook hangs

PREPARED = f"""
%load_ext goscore
import warnings
import numpy as np, pandas as pd, goscore
from hammer import notebook, work
notebook._shell = get_ipython()
go = work.functions()
v = work.column({ROWS})
shared = goscore.share(v)
frame = pd.DataFrame({{"v": v}})
print("ready")
"""


@dataclass(frozen=True)
class Work:
    """A cell that is interrupted.

    Attributes
    ----------
    cell : str
        Its code; ``{number}`` is another one each time.
    right : str
        Python that is true of what the cell leaves behind, when it came to its end.
    lasts : float, optional
        Seconds in which an endless one is interrupted. None of one that ends by itself:
        it is interrupted in as many as it takes on this machine.
    """

    cell: str
    right: str
    lasts: float | None = None

    @property
    def ends(self) -> bool:
        return self.lasts is None


BIG = "\n".join(
    f"func f{n}(x float64) float64 {{ return math.Sin(x*{n}) + math.Cos(x/{n + 1}) }}"
    for n in range(400)
)
WORK = {
    "endless cell": Work("%%goscore\nfor {{\n}}\n", "False", 0.4),
    "printing": Work('%%goscore\nfor {{\n\tfmt.Println("line")\n}}\n', "False", 0.3),
    "compile": Work(
        f"%%goscore -f\n{BIG.replace('{', '{{').replace('}', '}}')}\nf1({{number}})\n", "True"
    ),
    "scalar": Work("made = go['Scaled'](v)", "(made == v * v + 1).all()"),
    "vector": Work("made = go['Turned'](v)", "(made == v[::-1]).all()"),
    "scan": Work("made = go['Highest'](v)", "(made == np.maximum.accumulate(v)).all()"),
    "built-in": Work("made = goscore.weighted_sum(v, v)", "made == (v * v).sum()"),
    "built-in scan": Work("made = goscore.score_series(v)", "len(made) == len(v)"),
    "shared": Work("made = go['Scaled'](shared)", "(made == v * v + 1).all()"),
    "frame": Work(
        "%%goscore -i frame -o made\nmade := make([]float64, frame.Len())\n"
        "for i, x := range frame.v {{\n\tmade[i] = x + {number}\n}}\n",
        "(made == v + {number}).all()",
    ),
    "share": Work("made = goscore.share(frame)", "(made.v == v).all()"),
    "restart": Work("goscore.restart()", "True"),
    "many calls": Work(
        "for turn in range(2000):\n    made = go['Scaled'](float(turn))", "made >= 1"
    ),
}


@attack(9, "SIGINT at a random moment inside a real ipykernel", count=300)
def interrupts(trials: Trials) -> None:
    """Interrupt cells of all kinds; the next one must work, and its reply be its own."""
    notebook = Notebook()
    stopped = 0
    try:
        lasts = {kind: work.lasts or _lasts(notebook, work) for kind, work in WORK.items()}
        for number in trials:
            kind = trials.random.choice(list(WORK))
            with trials.trial(kind):
                try:
                    stopped += _try(trials, notebook, kind, lasts[kind], number)
                except Hang:
                    notebook.close()
                    notebook = Notebook()
                    raise
    finally:
        notebook.close()
    missed = int(trials.figures.get("in ipykernel", 0))
    trials.check(missed <= 1 + trials.tried / 10, f"{missed} cells got no reply")
    trials.figures["stopped"] = str(stopped)
    trials.check(stopped >= trials.tried / 2, f"only {stopped} of {trials.tried} were stopped")


def _lasts(notebook: Notebook, work: Work) -> float:
    """Run a cell twice; return what it takes when all is there that it needs."""
    notebook.run(work.cell.format(number=-1))
    begin = time.monotonic()
    notebook.run(work.cell.format(number=-2))
    return time.monotonic() - begin


def _try(trials: Trials, notebook: Notebook, kind: str, lasts: float, number: int) -> bool:
    """Interrupt one cell and run others; tell whether it was stopped."""
    work = WORK[kind]
    request = notebook.start(work.cell.format(number=number))
    _wait(trials.random, lasts)
    notebook.manager.interrupt_kernel()
    pressed = time.monotonic()
    ended = notebook.finish(request)
    trials.timed(time.monotonic() - pressed, STOP, "KeyboardInterrupt", kind)
    if not notebook.replied(request):
        # It came while ipykernel's own code ran, which logs it, ends the request and gives no reply.
        trials.figures["in ipykernel"] = str(int(trials.figures.get("in ipykernel", 0)) + 1)
        _next(trials, notebook, kind, number)
        return False
    stopped = ended.error == "KeyboardInterrupt" or "KeyboardInterrupt" in ended.shown
    if not stopped:
        trials.check(work.ends and not ended.error, f"{kind}: {ended.error}: {ended.text}")
        right = notebook.run(f"print(bool({work.right.format(number=number)}))")
        trials.check(right.strip() == "True", f"{kind}: a wrong result")
    _next(trials, notebook, kind, number)
    return stopped


def _next(trials: Trials, notebook: Notebook, kind: str, number: int) -> None:
    """Run other cells: each must give its own reply."""
    for asked in (number + 1.0, number + 2.0):
        shown = notebook.run(f"print(go['Scaled']({asked}), goscore.score([{asked}]) > 0)")
        wanted = f"{asked * asked + 1} True"
        trials.check(shown.strip() == wanted, f"after {kind}: {shown!r} and not {wanted!r}")


def _wait(chance: random.Random, lasts: float) -> None:
    """Let some time pass; at times hardly any."""
    time.sleep(lasts * chance.random() ** 2 if chance.random() < 0.3 else lasts * chance.random())


class Hang(Exception):
    """A cell does not end."""


@dataclass
class Ended:
    """How a cell ended.

    Attributes
    ----------
    error, text : str
        Its error's class and words; empty without.
    shown : str
        What it printed.
    """

    error: str = ""
    text: str = ""
    shown: str = ""


class Notebook:
    """A kernel that knows goscore."""

    def __init__(self) -> None:
        self.manager: Any = KernelManager(kernel_name="python3")
        self.manager.start_kernel()
        self.client: Any = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)
        self.run(PREPARED)

    def close(self) -> None:
        """End it."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def start(self, code: str) -> str:
        """Start a cell; return its request when it runs."""
        request = str(self.client.execute(code))
        self._until(request, lambda message: message["msg_type"] == "execute_input")
        return request

    def finish(self, request: str) -> Ended:
        """Wait for a cell's end."""
        ended = Ended()

        def idle(message: Any) -> bool:
            kind, content = message["msg_type"], message["content"]
            if kind == "error":
                ended.error, ended.text = content["ename"], content["evalue"]
            elif kind == "stream":
                ended.shown += content["text"]
            return bool(content.get("execution_state") == "idle")

        self._until(request, idle)
        return ended

    def replied(self, request: str) -> bool:
        """Tell whether a cell that has ended gets an execute_reply."""
        with suppress(queue.Empty):
            while True:
                message = self.client.get_shell_msg(timeout=1)
                if message["parent_header"].get("msg_id") == request:
                    return True
        return False

    def _until(self, request: str, condition: Any) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                message = self.client.get_iopub_msg(timeout=PATIENCE)
            except queue.Empty as error:
                raise Hang(f"no message within {PATIENCE:g} s") from error
            except ValueError:  # an interrupt spoilt its signature: no frontend takes it
                continue
            if message["parent_header"].get("msg_id") == request and condition(message):
                return
        raise Hang(f"no end within {PATIENCE:g} s")

    def run(self, code: str) -> str:
        """Run a cell that must work; return what it prints."""
        ended = self.finish(self.client.execute(code))
        if ended.error:
            raise AssertionError(f"{ended.error}: {ended.text}")
        return ended.shown
