"""The import of one file: look at it, read it in a stream, write it in one transaction."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from adflux_core import database
from adflux_core.errors import InputError
from adflux_core.intake.csv_feeds import read_csv
from adflux_core.intake.opening import CleanBytes, Inspected, inspect
from adflux_core.intake.receipts import check_source, file_name_of, keep_receipt
from adflux_core.intake.records import Bad, Feed, UnreadableError, naming
from adflux_core.postings import writing
from adflux_core.postings.columns import HEADERS
from adflux_core.postings.formats import PostingFormat, detect
from adflux_core.postings.json_feeds import read_json
from adflux_core.postings.receipts import Receipt
from adflux_core.postings.rows import Line, RowMaker
from adflux_core.postings.xml_feeds import read_xml

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def import_postings(
    path: Path,
    *,
    source: str,
    format: PostingFormat | None = None,  # noqa: A002 — the word people use for it
    mapping: Path | None = None,
    currency: str | None = None,
    full: bool = False,
    force: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Receipt:
    """Bring a file's postings into the database, all of them or, on any error, none.

    A posting is known by (source, external id); one that has no id gets a short hash of its title,
    company, place and link. Blank rows of a CSV are no rows and are not counted. `format` is found from
    the content when missing; `mapping` is a TOML file naming CSV columns; `currency` (ISO 4217) is what
    amounts without a currency of their own are in. `full` says the file is the whole feed: what is absent
    twice in a row is closed. `progress` is called with bytes read and bytes in all.

    Raises InputError on a file that cannot be read, RefusedError when a full feed holds less than half of
    the source's open postings (unless `force`), DatabaseUnavailableError.
    """
    check_source(source)
    _check_currency(currency)
    started_at = datetime.now(UTC)
    inspected, kind = look_at(path, format, with_mapping=mapping is not None)
    chosen = None if mapping is None else HEADERS.read_mapping(mapping)
    with naming(path), database.connection() as connected, path.open("rb") as file:
        stream = CleanBytes(file, inspected, progress)
        feed = _feed(stream, inspected, kind, chosen)
        writing.lock_source(connected, source)
        read, bad = writing.stage(connected, _rows(feed, RowMaker(currency, feed.language)))
        counts = writing.settle(connected, source, read, bad, full=full, force=force)
        file_name = file_name_of(path)
        receipt, first = keep_receipt(
            connected,
            counts,
            started_at,
            subject="postings",
            source=source,
            format=kind.value,
            file_name=file_name,
            full=full,
        )
    return Receipt(
        receipt_id=receipt,
        source=source,
        format=kind,
        file_name=file_name,
        quarantine=first,
        **counts._asdict(),
    )


def look_at(
    path: Path,
    format: PostingFormat | None,  # noqa: A002 — the word people use for it
    *,
    with_mapping: bool,
) -> tuple[Inspected, PostingFormat]:
    """What kind of file it is, without reading a posting. Raises InputError on one that is none."""
    with naming(path):
        inspected = inspect(path)
        kind = format or detect(inspected.head)
        if with_mapping and kind is not PostingFormat.CSV:
            raise UnreadableError(f"is {kind}, whose fields are known: leave out --mapping")
    return inspected, kind


def _check_currency(currency: str | None) -> None:
    if currency is not None and not _CURRENCY.fullmatch(currency):
        raise InputError(f"{currency[:40]!r} is not a currency: give its three capital letters, such as COP")


def _feed(
    stream: CleanBytes, inspected: Inspected, kind: PostingFormat, mapping: dict[str, str] | None
) -> Feed:
    if kind is PostingFormat.CSV:
        return read_csv(stream, inspected.head, HEADERS, mapping)
    if kind in {PostingFormat.INDEED_XML, PostingFormat.RSS}:
        return read_xml(stream, kind)
    if inspected.encoding != "utf-8":
        raise UnreadableError("is not UTF-8, which JSON must be: export it again as UTF-8")
    return read_json(stream, inspected.head, kind)


def _rows(feed: Feed, maker: RowMaker) -> Iterator[Line | Bad]:
    row = maker.row
    for item in feed.items:
        yield item if isinstance(item, Bad) else row(item)
