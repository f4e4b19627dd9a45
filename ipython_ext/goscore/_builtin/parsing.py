"""The built-in functions that read text, as Python calls them."""

from __future__ import annotations

from typing import Any

from .._errors import ArgumentValueError
from .call import called


def parse_number(
    text: Any,
    *,
    decimal: str = ".",
    thousands: str | None = None,
    errors: str = "raise",
    timeout: float | None = None,
    threads: int | None = None,
) -> Any:
    """Read numbers as people and spreadsheets write them.

    ``1,234.50``, ``-3e-2``, ``$ 12``, ``12 €``, ``12.5%``, ``(1,000)``: a percent sign divides by
    100, parentheses make it negative, one currency symbol may stand before or behind. What is not
    certainly a number is an error. This is the grammar::

        text   = signed | "(" amount ")"
        signed = [sign] amount | symbol sign number
        amount = number | symbol number | number symbol | number "%"
        number = (whole [decimal {digit}] | decimal digit {digit}) [("e"|"E") ["+"|"-"] digit {digit}]
        whole  = digit {digit} | groups
        groups = one to three digits, the first not 0, and one or more times thousands and three digits
        sign   = "-" | "+" | U+2212

    Blanks may stand around the text, behind a sign, inside parentheses, and between a number and what is
    beside it. Groups begin with no 0 and have three digits: a decimal comma is an error, not a number a
    hundred times too large.

    Parameters
    ----------
    text : column of strings, or one str
        Missing values stay missing.
    decimal : str
        What stands between whole and fraction.
    thousands : str, optional
        What stands between groups: ``,``, and ``.`` when *decimal* is ``,``. A blank means any blank.
    errors : str
        ``"raise"`` an exception that counts the rows and shows the first five, ``"coerce"`` them to
        missing, or ``"report"``: give ``(result, report)``.
    timeout : float, optional
        Seconds after which `GoTimeoutError` ends the call.
    threads : int, optional
        Cores to run on; all by default.

    Returns
    -------
    column of float64, or float
        The nearest to what is written, as ``float`` gives it.

    Raises
    ------
    GoError
        Rows are empty or no number, ``nan`` and ``inf`` among them.
    ArgumentTypeError
        *text* is not a column of strings.
    ArgumentValueError
        The separators are not two different characters that mean nothing else in a number.
    """
    return called(
        "parse_number",
        text,
        decimal,
        thousands or "",
        errors=errors,
        timeout=timeout,
        threads=threads,
    )


def parse_timestamp(
    text: Any,
    format: str | None = None,
    *,
    tz: str | None = None,
    ambiguous: str | bool = "raise",
    nonexistent: str = "raise",
    errors: str = "raise",
    timeout: float | None = None,
    threads: int | None = None,
) -> Any:
    """Read dates, and dates with times.

    Parameters
    ----------
    text : column of strings, or one str
        Missing values stay missing.
    format : str, optional
        In the codes of ``strptime``, such as ``"%d/%m/%Y %H:%M"``; as there, ``%p`` says nothing of ``%H``,
        and ``%I`` without it is of the morning. By default ISO 8601:
        ``2026-03-01``, ``2026-03-01 12:30``, ``20260301T123059.25+01:00``.
    tz : str, optional
        Where text without an offset was written, such as ``"Europe/Paris"``, and the zone of the results.
    ambiguous : str or bool
        What happens to a time that clocks in *tz* showed twice: as in pandas, ``"raise"``, which lets the
        row fail, True for the first, in summer time, False for the second, or ``"NaT"`` for missing.
    nonexistent : str
        What happens to a time that clocks in *tz* left out: as in pandas, ``"raise"``,
        ``"shift_forward"`` or ``"shift_backward"`` to the nearest time that exists, or ``"NaT"``.
    errors : str
        ``"raise"`` an exception that counts the rows and shows the first five, ``"coerce"`` them to
        missing, or ``"report"``: give ``(result, report)``.
    timeout : float, optional
        Seconds after which `GoTimeoutError` ends the call.
    threads : int, optional
        Cores to run on; all by default.

    Returns
    -------
    column of timestamps, or one
        In nanoseconds. Without *tz*, naive, or in UTC when the text has offsets, as the first row that
        can be read decides; a row that differs from it fails.

    Raises
    ------
    GoError
        Rows are empty, or no time, or one that does not exist, or twice, or outside of the years
        1678 to 2261, which 64 bits of nanoseconds hold.
    ArgumentTypeError
        *text* is not a column of strings.
    ArgumentValueError
        *format*, *tz*, *ambiguous* or *nonexistent* is not known.
    """
    if ambiguous not in ("raise", "NaT", True, False):
        raise ArgumentValueError(
            f'ambiguous= takes "raise", "NaT", True or False, not {ambiguous!r}'
        )
    if nonexistent not in ("raise", "NaT", "shift_forward", "shift_backward"):
        raise ArgumentValueError(
            f'nonexistent= takes "raise", "NaT", "shift_forward" or "shift_backward", not {nonexistent!r}'
        )
    choice = ambiguous if isinstance(ambiguous, str) else "first" if ambiguous else "second"
    return called(
        "parse_timestamp",
        text,
        format or "",
        tz or "",
        choice,
        nonexistent,
        errors=errors,
        timeout=timeout,
        threads=threads,
    )
