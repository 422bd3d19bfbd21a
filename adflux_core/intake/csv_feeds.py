"""CSV as people save it: any delimiter, any line end, blank rows, a stray cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain
from operator import itemgetter

from adflux_core.intake.headers import Headers, fold
from adflux_core.intake.opening import HEAD, CleanBytes
from adflux_core.intake.records import RECORD_LIMIT, Bad, Feed, Found, UnreadableError

DELIMITERS = ",;\t|"
_SAMPLE = 64 * 1024
_SHOWN = 500


def read_csv(stream: CleanBytes, head: bytes, known: Headers, mapping: dict[str, str] | None) -> Feed:
    """The rows below the header.

    Blank rows are no rows: they are skipped and not counted. A row with fewer cells than the header, or
    with text in more, is Bad. Raises UnreadableError when the header lacks the needed field, or a quote never
    ends.
    """
    # The module's limit is one for the process and refuses fields over 128 kB.
    csv.field_size_limit(RECORD_LIMIT + HEAD)
    sample = head[:_SAMPLE].decode("utf-8", "ignore")
    if not sample.strip(f'{DELIMITERS}" \r\n'):
        raise UnreadableError("holds only blank rows: export it again")
    delimiter = max(DELIMITERS, key=lambda mark: _fitness(sample, mark, known, mapping))
    headers, last = _header(sample, delimiter)
    chosen = known.match(headers, mapping)
    return Feed(
        _rows(stream, delimiter, chosen, known.needed, len(headers), last), known.language_of(headers)
    )


def _fitness(
    sample: str, delimiter: str, known: Headers, mapping: dict[str, str] | None
) -> tuple[int, int, int]:
    """Known headers first, then rows as wide as the header, then its width."""
    rows = list(_sample_rows(sample, delimiter))
    if not rows:
        return (0, 0, 0)
    wanted = {fold(column) for column in (mapping or {}).values()}
    fitting = known.recognised(rows[0]) + sum(fold(header) in wanted for header in rows[0])
    return (fitting, sum(len(row) == len(rows[0]) for row in rows), len(rows[0]))


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
    """The first row that is not blank, and the line it ends on."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                return row, reader.line_num
    except csv.Error as error:
        raise UnreadableError(f"line {reader.line_num}: {error}; is it a CSV?") from None
    raise UnreadableError("holds only blank rows: export it again")


def _rows(
    stream: CleanBytes,
    delimiter: str,
    chosen: dict[str, int],
    needed: tuple[str, ...],
    width: int,
    header: int,
) -> Iterator[Found | Bad]:
    fields, cells = tuple(chosen), itemgetter(*chosen.values(), 0)  # one more, so that it is always a tuple
    needed_at = next(chosen[field] for field in needed if field in chosen)
    ended: list[bool] = []
    text = io.TextIOWrapper(io.BufferedReader(stream, HEAD), encoding="utf-8", errors="replace", newline="")
    text._CHUNK_SIZE = HEAD  # type: ignore[attr-defined]  # 8 kB at a time is a fifth slower
    reader = csv.reader(chain(text, _note_end(ended)), delimiter=delimiter)
    line = 1
    while not ended:
        try:
            for row in reader:
                if ended:
                    raise UnreadableError(f"line {line}: a quote opens in this row and never closes")
                stream.marked = stream.position
                if line <= header:
                    pass
                elif len(row) == width and row[needed_at]:
                    yield Found(line, dict(zip(fields, cells(row), strict=False)))
                elif any(cell.strip() for cell in row):
                    if len(row) < width or any(cell.strip() for cell in row[width:]):
                        reason = f"{len(row)} cells where the header has {width}"
                        yield Bad(line, reason, delimiter.join(row)[:_SHOWN])
                    else:
                        yield Found(line, dict(zip(fields, cells(row), strict=False)))
                line = reader.line_num + 1
        except csv.Error as error:
            yield Bad(line, f"unreadable: {error}", "")
            line = reader.line_num + 1


def _note_end(ended: list[bool]) -> Iterator[str]:
    """Yields nothing; being asked at all inside a row means that row was cut short by the end of file."""
    ended.append(True)
    yield from ()
