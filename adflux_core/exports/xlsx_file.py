"""XLSX: a workbook of plain sheets, the same bytes for the same cells on every machine and day.

Follows ECMA-376 (Office Open XML), parts 1 and 2. Texts are inline strings, which are never formulas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from adflux_core.errors import InputError
from adflux_core.exports.cells import Cell, Sheet, digits, neutral

MOST_ROWS, LONGEST_TEXT, MOST_DIGITS = 1_048_576, 32_767, 15  # of a sheet, a cell, and a number in Excel
EPOCH = date(1899, 12, 30)  # the day before the first, as Excel counts since it took 1900 for a leap year
OPC = "http://schemas.openxmlformats.org/package/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PLAIN, BOLD, DAY, WHOLE, DECIMAL = range(5)  # places in the styles below
_FORMATS = ((1, 0), (0, 164), (0, 3), (0, 165))  # font and number of every place but the first
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="#,##0.00####"/></numFmts><fonts count="2"><font><sz val="11"/>'
    '<name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf xfId="0"/>'
    + "".join(
        f'<xf xfId="0" fontId="{font}" applyFont="1" numFmtId="{number}" applyNumberFormat="1"/>'
        for font, number in _FORMATS
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    + "</styleSheet>"
)
# What XML cannot hold, and what would read as the escape of it, is written as _x0007_ (part 1, 22.9.2.19).
_ESCAPED = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """One workbook of these sheets. Raises InputError on more than Excel holds in a sheet or a cell."""
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{OPC}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{one}.xml" ContentType="{KIND}.worksheet+xml"/>'
            for one in numbers
        )
        + "</Types>",
        "_rels/.rels": _relationships({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        + "".join(
            f'<sheet name={quoteattr(sheet.title)} sheetId="{one}" r:id="rId{one}"/>'
            for one, sheet in enumerate(sheets, start=1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relationships(
            {f"rId{one}": ("worksheet", f"worksheets/sheet{one}.xml") for one in numbers}
            | {"styles": ("styles", "styles.xml")}
        ),
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{one}.xml": _sheet(sheet) for one, sheet in enumerate(sheets, start=1)},
    }
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name, content in parts.items():
            # Fixed times; stored, since compressed bytes differ from one version of zlib to another.
            part = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            part.create_system, part.external_attr, part.compress_type = 3, 0o600 << 16, ZIP_STORED
            archive.writestr(part, XML + content)
    return file.getvalue()


def _relationships(related: dict[str, tuple[str, str]]) -> str:
    return (
        f'<Relationships xmlns="{OPC}/relationships">'
        + "".join(
            f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'
            for name, (kind, target) in related.items()
        )
        + "</Relationships>"
    )


def _sheet(sheet: Sheet) -> str:
    if len(sheet.rows) >= MOST_ROWS:
        raise InputError(f"{len(sheet.rows):,} rows are more than a sheet holds: choose fewer days, or CSV")
    widths = [
        min(max(len(str(cell or "")) for cell in column) + 2, 48)
        for column in zip(sheet.header, *sheet.rows[:200], strict=True)
    ]
    last = f"{_letters(len(sheet.header))}{len(sheet.rows) + 1}"
    rows = [
        _row(1, (_text(neutral(title), BOLD) for title in sheet.header)),
        *(_row(number, map(_cell, row)) for number, row in enumerate(sheet.rows, start=2)),
    ]
    return (
        f'<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
        'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>'
        + "".join(
            f'<col min="{one}" max="{one}" width="{width}" customWidth="1"/>'
            for one, width in enumerate(widths, start=1)
        )
        + f'</cols><sheetData>{"".join(rows)}</sheetData><autoFilter ref="A1:{last}"/></worksheet>'
    )


def _row(number: int, cells: Iterable[str]) -> str:
    placed = "".join(
        f'<c r="{_letters(place)}{number}"{cell}' for place, cell in enumerate(cells, start=1) if cell
    )
    return f'<row r="{number}">{placed}</row>'


def _cell(cell: Cell) -> str:
    """The cell from its attributes on; empty for none."""
    match cell:
        case None:
            return ""
        case bool():
            return f' t="b"><v>{int(cell)}</v></c>'
        case int() | Decimal():
            written = digits(cell)
            if len(written.lstrip("-").replace(".", "").strip("0")) > MOST_DIGITS:
                return _text(written, PLAIN)  # as a number, Excel would change its last digits
            return f' s="{WHOLE if isinstance(cell, int) else DECIMAL}"><v>{written}</v></c>'
        case datetime():
            return _text(cell.astimezone(UTC).isoformat(), PLAIN)
        case date():
            return f' s="{DAY}"><v>{(cell - EPOCH).days}</v></c>'
    return _text(neutral(cell), PLAIN)


def _text(text: str, style: int) -> str:
    if len(text) > LONGEST_TEXT:
        raise InputError(f"{text[:40]!r}… is longer than a cell holds ({LONGEST_TEXT:,}): use CSV")
    safe = escape(_ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text))
    return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'


def _letters(place: int) -> str:
    """The name of a column: 1 is A, 27 is AA."""
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
