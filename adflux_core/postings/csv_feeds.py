"""CSV as people save it: any delimiter, any line end, blank rows, a stray cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain

from adflux_core.postings import columns
from adflux_core.postings.opening import HEAD, CleanBytes
from adflux_core.postings.records import RECORD_LIMIT, Bad, Feed, Found, UnreadableError

DELIMITERS = ",;\t|"
_SAMPLE = 64 * 1024
_SHOWN = 500


def read_csv(stream: CleanBytes, head: bytes, mapping: dict[str, str] | None) -> Feed:
    """The rows below the header.

    Blank rows are no rows: they are skipped and not counted. A row with fewer cells than the header, or
    with text in more, is Bad. Raises UnreadableError when the header has no title, or a quote never ends.
    """
    # The module's limit is one for the process and refuses fields over 128 kB.
    csv.field_size_limit(RECORD_LIMIT + HEAD)
    sample = head[:_SAMPLE].decode("utf-8", "ignore")
    delimiter = max(DELIMITERS, key=lambda mark: _fitness(sample, mark, mapping))
    headers, above = _header(sample, delimiter)
    chosen = columns.match(headers, mapping)
    return Feed(_rows(stream, delimiter, chosen, len(headers), above), columns.language_of(headers))


def _fitness(sample: str, delimiter: str, mapping: dict[str, str] | None) -> tuple[int, int, int]:
    """Known headers first, then rows as wide as the header, then its width."""
    rows = list(_sample_rows(sample, delimiter))
    if not rows:
        return (0, 0, 0)
    wanted = {columns.fold(column) for column in (mapping or {}).values()}
    known = columns.recognised(rows[0]) + sum(columns.fold(header) in wanted for header in rows[0])
    return (known, sum(len(row) == len(rows[0]) for row in rows), len(rows[0]))


def _sample_rows(sample: str, delimiter: str) -> Iterator[list[str]]:
    try:
        for number, row in enumerate(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)):
            if any(cell.strip() for cell in row):
                yield row
            if number > 20:
                return
    except csv.Error:
        return


def _header(sample: str, delimiter: str) -> tuple[list[str], int]:
    """The first row that is not blank, without trailing empty cells, and how many rows end with it."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader, start=1):
            if any(cell.strip() for cell in row):
                return row, number
    except csv.Error as error:
        raise UnreadableError(f"line {reader.line_num}: {error}; is it a CSV?") from None
    raise UnreadableError("holds only blank rows: export it again")


def _rows(
    stream: CleanBytes, delimiter: str, chosen: dict[str, int], width: int, above: int
) -> Iterator[Found | Bad]:
    plan = list(chosen.items())
    title_at = chosen["title"]
    ended: list[bool] = []
    text = io.TextIOWrapper(io.BufferedReader(stream, HEAD), encoding="utf-8", errors="replace", newline="")
    reader = csv.reader(chain(text, _note_end(ended)), delimiter=delimiter)
    line = 1
    for number in range(2**63):
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield Bad(line, f"unreadable: {error}", "")
            row = []
        if row is None:
            return
        if ended:
            raise UnreadableError(f"line {line}: a quote opens in this row and never closes")
        stream.marked, stream.record = stream.position, number
        if number >= above and row:
            if len(row) != width and any(cell.strip() for cell in row[width if len(row) > width else 0 :]):
                yield Bad(
                    line,
                    f"{len(row)} cells where the header has {width}",
                    delimiter.join(row)[:_SHOWN],
                )
            elif len(row) >= width and (row[title_at] or any(cell.strip() for cell in row)):
                yield Found(line, {field: row[position] for field, position in plan})
        line = reader.line_num + 1


def _note_end(ended: list[bool]) -> Iterator[str]:
    """Yields nothing; being asked at all inside a row means that row was cut short by the end of file."""
    ended.append(True)
    yield from ()
