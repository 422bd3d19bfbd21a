"""Cells: what a sheet holds, and how a text that a spreadsheet would run as a formula stays a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

Cell = str | int | Decimal | date | datetime | bool | None

# A cell that begins so is a formula to one spreadsheet or another; the wide forms are to those in East Asia.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


@dataclass(frozen=True)
class Sheet:
    """A table: `title` names it, `header` its columns, each row has a cell for each of them."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def neutral(text: str) -> str:
    """`text`, with an apostrophe before it where it would be taken for a formula.

    The apostrophe is in the file, so it outlives a sheet that is saved again in another format.
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def digits(value: Decimal | int) -> str:
    """All its digits, without an exponent and without zeros after the last decimal: 1000, -0.5."""
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
