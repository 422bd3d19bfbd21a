"""CSV: UTF-8 with a mark that Excel needs to see it, commas, a quote around every text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from adflux_core.exports.cells import Cell, Sheet, digits, neutral


def write_csv(sheet: Sheet) -> bytes:
    """Days as 2026-10-31, instants in UTC, numbers with a point and no grouping, nothing for None."""
    lines = [",".join(_written(cell) for cell in row) for row in (sheet.header, *sheet.rows)]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case int() | Decimal():
            return digits(cell)
        case datetime():
            return cell.astimezone(UTC).isoformat()
        case date():
            return cell.isoformat()
    # Quoted always: where lists are separated by semicolons, the part after one in a bare text would be a
    # cell of its own, and could begin a formula.
    return '"' + neutral(cell).replace('"', '""') + '"'
