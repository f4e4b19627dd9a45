"""The ``goscore`` command, which is ``python -m goscore`` as well.

Commands on tables and notebooks are modules of :mod:`goscore._shell`; everything else is the worker's,
which replaces this process.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

_COMMANDS = ("run", "export")  # each has its module


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("goscore", description="Go on tables, from a shell.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in _COMMANDS:
        module = importlib.import_module(f"._shell.{name}", __package__)
        summary, _, rest = str(module.__doc__).partition("\n")
        own = commands.add_parser(
            name,
            help=summary.rstrip("."),
            description=summary,
            epilog=rest.strip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(own)
        own.set_defaults(command=module.command, parser=own)
    return parser


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the words. argparse leaves positional words behind an option; add them to the command's."""
    arguments, behind = _parser().parse_known_args(words)
    positionals = getattr(arguments, "words", None)
    if behind and (positionals is None or any(word.startswith("-") for word in behind)):
        arguments.parser.error(f"unrecognized arguments: {' '.join(behind)}")
    if positionals is not None:
        positionals += behind
    return arguments


def main(words: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    words : sequence of str, optional
        Its arguments; without, those of the process.

    Returns
    -------
    int
        The exit code: 0, 1 for an error, 130 for an interrupt. A wrong usage exits with 2 at once.
    """
    from ._errors import GoscoreError

    try:
        arguments = _arguments(words)
        arguments.command(arguments)
        sys.stdout.flush()
    except GoscoreError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of the output is gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def command() -> int:
    """Run the command that the process's arguments name: here, or as the worker."""
    if sys.argv[1:2] and sys.argv[1] in _COMMANDS:
        return main()
    from ._errors import GoscoreError
    from ._worker.binary import find_binary
    from ._worker.surroundings import Surroundings

    try:
        os.execve(find_binary(), ["goscore", *sys.argv[1:]], Surroundings().at_start)
    except (GoscoreError, OSError) as error:
        print(f"goscore: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(command())
