"""A notebook's side of an attack: cells, functions, and the processes behind them."""

from __future__ import annotations

from typing import Any

from goscore._worker import current

from .system import children, command

_shell: Any = None


def run(cell: str, **names: Any) -> Any:
    """Run a cell as a notebook does; return its value, or raise what it raises."""
    global _shell
    if _shell is None:
        from IPython.core.interactiveshell import InteractiveShell

        _shell = InteractiveShell.instance()
        _shell.showtraceback = lambda *given, **options: None
        _shell.run_line_magic("load_ext", "goscore")
    _shell.user_ns.update(names)
    outcome = _shell.run_cell(cell)
    outcome.raise_error()
    return outcome.result


def forget(*names: str) -> None:
    """Let go of what cells were given by these names, and of all that they gave."""
    for name in names:
        _shell.user_ns.pop(name, None)
    _shell.displayhook.flush()


def function(name: str, source: str) -> Any:
    """Declare Go and return the callable that is called *name*."""
    return functions(source, name)[name]


def worker_pid() -> int:
    """Return the pid of this process's worker."""
    return int(current.worker().about["pid"])


def program_pids() -> list[int]:
    """Return the pids of the programs of this process's worker, not of its compilers."""
    return [pid for pid in children(worker_pid()) if command(pid)[:1] == ["goscore-program"]]


def restart() -> None:
    """Start another worker."""
    current.restart()


def functions(source: str, *names: str) -> dict[str, Any]:
    """Declare Go and return callables by name."""
    if source:
        run(f"%%goscore\n{source}")
    return {name: _shell.user_ns[name] for name in names}


def complete(cell: str) -> list[str]:
    """Press Tab at the end of a cell; return what is offered."""
    from IPython.core.completer import provisionalcompleter

    with provisionalcompleter():
        return [one.text for one in _shell.Completer.completions(cell, len(cell))]


def output(cell: str, name: str, **names: Any) -> Any:
    """Run a cell; return what it brought back under *name*."""
    _shell.user_ns.pop(name, None)
    run(cell, **names)
    return _shell.user_ns[name]
