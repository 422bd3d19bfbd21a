"""The import of one file of candidates: look at it, read it in a stream, write it in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from adflux_core import database
from adflux_core.candidates import writing
from adflux_core.candidates.columns import HEADERS, read_mapping
from adflux_core.candidates.formats import CandidateFormat, detect
from adflux_core.candidates.rows import Line, RowMaker
from adflux_core.intake.csv_feeds import read_csv
from adflux_core.intake.json_lines import read_json_lines
from adflux_core.intake.opening import CleanBytes, inspect
from adflux_core.intake.receipts import check_source, file_name_of, keep_receipt
from adflux_core.intake.records import Bad, Feed, UnreadableError, naming
from adflux_core.intake.sheets import is_workbook, read_sheet

SOURCE = "candidates"


class Receipt(BaseModel):
    """read = created + updated + unchanged + merged + quarantined.

    `merged` rows gave way to a later row about the same person; `merges` counts the lines of the report on
    them in the table `candidate_merge`, stored candidates that turned out to be one among them. `quarantine`
    holds (line, reason) of the first hundred rows that were not believed, and no word about a person.
    """

    model_config = ConfigDict(frozen=True)

    receipt_id: int
    source: str
    format: CandidateFormat
    file_name: str
    read: int
    created: int
    updated: int
    unchanged: int
    merged: int
    quarantined: int
    closed: int = 0
    merges: int
    quarantine: list[tuple[int, str]]


def import_candidates(
    path: Path,
    *,
    source: str = SOURCE,
    mapping: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Receipt:
    """Bring a file's candidates into the database, all of them or, on any error, none.

    The same person is found by the source's id, the e-mail or the phone, in the file and in the database.
    What a file does not say of a stored candidate stays. Protected attributes go to a schema of their own.
    `mapping` is a TOML file naming columns; `progress` is called with bytes read and bytes in all.

    Raises InputError on a file that cannot be read, DatabaseUnavailableError.
    """
    check_source(source)
    started_at = datetime.now(UTC)
    kind = look_at(path)
    chosen = None if mapping is None else read_mapping(mapping)
    with naming(path), database.connection() as connected, path.open("rb") as file:
        if kind is CandidateFormat.XLSX:
            feed = read_sheet(file, HEADERS, chosen)
        else:
            inspected = inspect(path)
            stream = CleanBytes(file, inspected, progress)
            feed = _feed(stream, inspected.head, kind, chosen)
        writing.lock(connected)
        maker = RowMaker(started_at.date(), feed.language)
        read, bad = writing.stage(connected, _rows(feed, maker))
        counts = writing.settle(connected, source, read, bad)
        file_name = file_name_of(path)
        receipt, first = keep_receipt(
            connected,
            counts,
            started_at,
            subject="candidates",
            source=source,
            format=kind.value,
            file_name=file_name,
            full=False,
        )
        merges = writing.keep_merges(connected, receipt)
    return Receipt(
        receipt_id=receipt,
        source=source,
        format=kind,
        file_name=file_name,
        merges=merges,
        quarantine=first,
        **counts._asdict(),
    )


def look_at(path: Path) -> CandidateFormat:
    """What kind of file it is, without reading a candidate. Raises InputError on one that is none."""
    with naming(path):
        return detect(path, b"" if is_workbook(path) else inspect(path).head)


def _feed(stream: CleanBytes, head: bytes, kind: CandidateFormat, mapping: dict[str, str] | None) -> Feed:
    if kind is CandidateFormat.CSV:
        return read_csv(stream, head, HEADERS, mapping)
    if mapping is not None:
        raise UnreadableError("is JSON lines, whose keys are known: leave out --mapping")
    return read_json_lines(stream, HEADERS)


def _rows(feed: Feed, maker: RowMaker) -> Iterator[Line | Bad]:
    for item in feed.items:
        yield item._replace(content="") if isinstance(item, Bad) else maker.row(item)
