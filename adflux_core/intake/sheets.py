"""XLSX: the rows of a workbook's first sheet, read in a stream and never larger than sane."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import load_workbook  # type: ignore[import-untyped]  # it publishes no types

from adflux_core.intake.headers import Headers
from adflux_core.intake.records import FIELD_LIMIT, Bad, Feed, Found, UnreadableError

# What a workbook may hold once unpacked: a bomb of 1 MB unpacks to more.
LARGEST = 2 * 1024**3
_SHEET = "[Content_Types].xml"


def is_workbook(path: Path) -> bool:
    """Whether the file is a ZIP that holds what each workbook holds."""
    try:
        with zipfile.ZipFile(path) as packed:
            return _SHEET in packed.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def read_sheet(file: BinaryIO, known: Headers, mapping: dict[str, str] | None) -> Feed:
    """The rows below the header of the first sheet; a row's line is its number there.

    Raises UnreadableError when the workbook is broken, too large, or its header lacks what is needed.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST:
                raise UnreadableError(f"unpacks to more than {LARGEST // 2**30} GB: save the sheet as CSV")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on styles and extensions, which nobody reads here
            book = load_workbook(file, read_only=True, data_only=True)
            rows = enumerate(book.worksheets[0].iter_rows(values_only=True), start=1)
            headers = next(
                ([_text(cell) for cell in row] for _, row in rows if any(_text(cell) for cell in row)), []
            )
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError):
        raise UnreadableError("is a workbook that cannot be read: save it again, or as CSV") from None
    if not headers:
        raise UnreadableError("holds only blank rows: export it again")
    return Feed(_rows(rows, known.match(headers, mapping)), known.language_of(headers))


def _rows(rows: Iterator[tuple[int, tuple[Any, ...]]], chosen: dict[str, int]) -> Iterator[Found | Bad]:
    for line, row in rows:
        cells = [_text(cell) for cell in row]
        if not any(cells):
            continue
        if max(map(len, cells)) > FIELD_LIMIT:
            yield Bad(line, f"a cell has more than {FIELD_LIMIT} characters", "")
        else:
            yield Found(line, {field: cells[at] if at < len(cells) else "" for field, at in chosen.items()})


def _text(cell: object) -> str:
    """A cell as a person reads it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()
