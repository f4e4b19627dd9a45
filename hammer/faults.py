"""Cells that end in every way in which Go can: the error says which, and at what line."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np

import goscore

from .attack import Trials, attack
from .notebook import function, run, worker_pid

EACH = 50
LIMIT = "1GiB"  # of a program's memory: a tenth of what the last of the faults asks for
TIMEOUT = 0.3  # s


@dataclass(frozen=True)
class Fault:
    """A way to end.

    Attributes
    ----------
    name : str
    statements : str
        Go; ``// here`` marks the line that the error names. Without it Go knows none.
    error : type
    says : str
        A part of the error's text.
    outside : str
        Go of the top level that the statements need.
    """

    name: str
    statements: str
    error: type[goscore.GoscoreError]
    says: str
    outside: str = ""

    def cell(self, blank: int) -> tuple[str, list[int]]:
        """Return a cell that ends so, and its marked lines; *blank* lines come first."""
        option = f" --timeout {TIMEOUT}" if self.error is goscore.GoTimeoutError else ""
        text = f"%%goscore{option}\n" + "\n" * blank + self.outside + self.statements
        return text, _marked(text)

    def function(self, blank: int) -> tuple[str, list[int]]:
        """Return Go of a function that ends so, and its marked lines."""
        body = "".join(f"\t{line}\n" for line in self.statements.splitlines())
        head = "\n" * blank + self.outside + "func Ends(v []float64) float64 {\n"
        text = head + body + "\treturn v[0]\n}\n"
        return text, _marked("%%goscore\n" + text)


def _marked(go: str) -> list[int]:
    return [at for at, line in enumerate(go.splitlines(), 1) if "// here" in line]


FAULTS = (
    Fault(
        "panic",
        "parts := []int{1, 2}\nfor i := range 3 {\n\tparts[i]++ // here\n}\n",
        goscore.GoPanic,
        "index out of range [2] with length 2",
    ),
    Fault(
        "os.Exit", "fmt.Print()\nos.Exit(3)\n", goscore.ProgramDiedError, "exit status 3: os.Exit"
    ),
    Fault(
        "endless loop",
        "x := 1\nfor {\n\tx *= 3\n}\n",
        goscore.GoTimeoutError,
        f"{TIMEOUT} seconds",
    ),
    Fault(
        "stack overflow",
        "deep(1)\n",
        goscore.GoPanic,
        "stack overflow",
        "func deep(n int) int { return deep(n+1) + n } // here\n",
    ),
    Fault(
        "goroutine panic",
        'var all sync.WaitGroup\nall.Go(func() {\n\tpanic("of its own") // here\n})\nall.Wait()\n',
        goscore.GoPanic,
        "panic: of its own",
    ),
    Fault(
        "bad pointer",
        "at := uintptr(0xdead0000)\np := (*int)(unsafe.Pointer(at))\n*p = 1 // here\n",
        goscore.GoPanic,
        "unexpected fault address 0xdead0000",
    ),
    Fault(
        "bad pointer",
        'text := "constant"\n*unsafe.StringData(text) = 1 // here\n',
        goscore.GoPanic,
        "unexpected fault address",
    ),
    Fault(
        "deadlock",
        "numbers := make(chan int)\nnumbers <- 1 // here\n",
        goscore.GoPanic,
        "all goroutines are asleep - deadlock!",
    ),
    Fault(
        "concurrent map write",
        "counts := map[int]int{}\nvar all sync.WaitGroup\nfor range 4 {\n\tall.Go(func() {\n"
        "\t\tfor i := range 10_000_000 {\n\t\t\tcounts[i%64] = i // here\n\t\t}\n\t})\n}\nall.Wait()\n",
        goscore.GoPanic,
        "concurrent map writes",
    ),
    Fault(
        "10 GiB",
        "room := make([]byte, 10<<30) // here\nfor i := range room { room[i] = 1 } // here\n",
        goscore.ProgramDiedError,
        f"GOSCORE_MEMORY={LIMIT}",
    ),
)


@attack(12, "panic, exit, loop, overflow, bad pointer, deadlock, 10 GiB ...", count=EACH, limit=900)
def faults(trials: Trials) -> None:
    """End cells and functions in each way; see what is said, and that the next call is right."""
    os.environ["GOSCORE_MEMORY"] = LIMIT
    twice = function("Twice", "func Twice(v float64) float64 { return 2 * v }")
    column = np.arange(10.0)
    assert twice(column).tolist() == (2 * column).tolist()
    worker = worker_pid()
    for at in range(trials.of(EACH * len(FAULTS))):
        fault = FAULTS[at % len(FAULTS)]
        with trials.trial(fault.name):
            if (at // len(FAULTS)) % 2:
                _call(trials, fault, column)
            else:
                _cell(trials, fault)
            trials.check(worker_pid() == worker, f"{fault.name}: another worker")
            with trials.within(1.0, "next call"):
                trials.check(
                    twice(column).tolist() == (2 * column).tolist(), "the next call is wrong"
                )


def _cell(trials: Trials, fault: Fault) -> None:
    text, lines = fault.cell(trials.random.randrange(3))
    try:
        run(text)
    except goscore.GoscoreError as error:
        _judge(trials, fault, error, lines)
        return
    trials.lose(f"{fault.name}: no error of the cell")


def _call(trials: Trials, fault: Fault, column: np.ndarray) -> None:
    text, lines = fault.function(trials.random.randrange(3))
    ends = function("Ends", text)
    timeout = TIMEOUT if fault.error is goscore.GoTimeoutError else None
    try:
        ends(column, timeout=timeout)
    except goscore.GoscoreError as error:
        _judge(trials, fault, error, lines)
        return
    trials.lose(f"{fault.name}: no error of the function")


def _judge(trials: Trials, fault: Fault, error: goscore.GoscoreError, lines: list[int]) -> None:
    """Compare an error with what it ought to be."""
    text = str(error)
    said = f"{fault.name} gave {type(error).__name__}, line {error.line}: {text}"
    trials.check(type(error) is fault.error and fault.says in text, said)
    if lines:
        trials.check(
            error.line in lines and f"line {error.line}" in text, f"{said}; not at {lines}"
        )
        trials.check("// here" in text, f"{said}; the line is not shown")
