"""The built-in functions that read text, as Python calls them."""

from __future__ import annotations

from typing import Any

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
    100, parentheses make it negative, one currency symbol may stand before or behind. Groups must have
    three digits: a decimal comma is an error, not a number a hundred times too large.

    Parameters
    ----------
    text : column of strings, or one str
        What is missing stays so.
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
        Cores to run on; without, all.

    Returns
    -------
    column of float64, or float
        The nearest to what is written, as ``float`` gives it.

    Raises
    ------
    GoError
        Rows are empty or no number, ``nan`` and ``inf`` among them.
    ArgumentTypeError
        *text* is no column of strings.
    ArgumentValueError
        The separators are not two different characters.
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
    errors: str = "raise",
    timeout: float | None = None,
    threads: int | None = None,
) -> Any:
    """Read dates, and dates with times.

    Parameters
    ----------
    text : column of strings, or one str
        What is missing stays so.
    format : str, optional
        In the codes of ``strptime``, such as ``"%d/%m/%Y %H:%M"``. Without, ISO 8601:
        ``2026-03-01``, ``2026-03-01 12:30``, ``20260301T123059.25+01:00``.
    tz : str, optional
        Where text without an offset was written, such as ``"Europe/Paris"``, and the zone of the results.
    errors : str
        ``"raise"`` an exception that counts the rows and shows the first five, ``"coerce"`` them to
        missing, or ``"report"``: give ``(result, report)``.
    timeout : float, optional
        Seconds after which `GoTimeoutError` ends the call.
    threads : int, optional
        Cores to run on; without, all.

    Returns
    -------
    column of timestamps, or one
        In nanoseconds. Without *tz*, naive, or in UTC when the text has offsets, as the first row that
        can be read decides; a row that differs from it fails.

    Raises
    ------
    GoError
        Rows are empty, or no time, or one that does not exist, or outside of the years
        1678 to 2261, which 64 bits of nanoseconds hold.
    ArgumentTypeError
        *text* is no column of strings.
    ArgumentValueError
        *format* or *tz* is not known.
    """
    return called(
        "parse_timestamp",
        text,
        format or "",
        tz or "",
        errors=errors,
        timeout=timeout,
        threads=threads,
    )
