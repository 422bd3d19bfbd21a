"""Readers of what the exports write, by the standards alone: csv as Python reads it, XLSX as XML in a zip."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DAY_STYLE = "2"


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content: bytes) -> dict[str, list[dict[str, object]]]:
    """Each sheet's rows, by the letters of the column; a formula anywhere is a failure."""
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        workbook = fromstring(archive.read("xl/workbook.xml"))
        names = [sheet.get("name") for sheet in workbook.iter(f"{MAIN}sheet")]
        return {
            str(name): _rows(archive.read(f"xl/worksheets/sheet{number}.xml"))
            for number, name in enumerate(names, start=1)
        }


def _rows(content: bytes) -> list[dict[str, object]]:
    tree = fromstring(content)
    assert not list(tree.iter(f"{MAIN}f")), "a formula"
    return [
        {re.sub(r"\d", "", cell.get("r")): _value(cell) for cell in row.iter(f"{MAIN}c")}
        for row in tree.iter(f"{MAIN}row")
    ]


def _value(cell: object) -> object:
    kind, style = cell.get("t"), cell.get("s")  # type: ignore[attr-defined]
    if kind == "inlineStr":
        text = "".join(part.text or "" for part in cell.iter(f"{MAIN}t"))  # type: ignore[attr-defined]
        return re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)
    written = cell.find(f"{MAIN}v").text  # type: ignore[attr-defined]
    if kind == "b":
        return written == "1"
    if style == DAY_STYLE:
        return date(1899, 12, 30) + timedelta(int(written))
    return Decimal(written)
