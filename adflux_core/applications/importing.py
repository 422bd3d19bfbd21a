"""The import of one file of events: look at it, read it in a stream, write it in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.applications import writing
from adflux_core.applications.columns import HEADERS
from adflux_core.applications.events import Event, EventMaker
from adflux_core.campaigns.links import installation_secret, signing_secrets
from adflux_core.intake.csv_feeds import read_csv
from adflux_core.intake.json_lines import read_json_lines
from adflux_core.intake.opening import CleanBytes, Inspected, inspect
from adflux_core.intake.receipts import Counts, check_source, file_name_of, keep_receipt
from adflux_core.intake.records import Bad, Feed, UnreadableError, naming

SOURCE = "ats"


class EventFormat(StrEnum):
    """Told by the content, never by the file's name."""

    CSV = "csv"
    JSON_LINES = "json-lines"


class Receipt(BaseModel):
    """read = created + updated + unchanged + merged + quarantined, in rows.

    `created`: events that are new; `unchanged`: told before; `merged`: repeated in this very file. Nothing
    is ever updated or closed. `attributed` counts the file's applications that an ad brought, `unattributed`
    the others by reason: missing, foreign, invalid, unknown, before, outside. `quarantine` holds (line,
    reason) of the first hundred rows that were not believed, and no word about a person.
    """

    model_config = ConfigDict(frozen=True)

    receipt_id: int
    source: str
    format: EventFormat
    file_name: str
    read: int
    created: int
    updated: int
    unchanged: int
    merged: int
    quarantined: int
    closed: int
    attributed: int
    unattributed: dict[str, int]
    quarantine: list[tuple[int, str]]


def import_applications(
    path: Path,
    *,
    source: str = SOURCE,
    mapping: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Receipt:
    """Bring a file's events into the database, all of them or, on any error, none.

    Ids hold within their `source`. In whatever order files come, and however often, the same rows make the
    same applications. `mapping` is a TOML file naming columns; `progress` is called with bytes read and
    bytes in all. Raises InputError on a file that cannot be read, DatabaseUnavailableError.
    """
    check_source(source)
    started_at = datetime.now(UTC)
    inspected, kind = look_at(path, with_mapping=mapping is not None)
    chosen = None if mapping is None else HEADERS.read_mapping(mapping)
    with naming(path), database.connection() as connected, path.open("rb") as file:
        feed = _feed(CleanBytes(file, inspected, progress), inspected, kind, chosen)
        with Session(connected) as session:
            maker = EventMaker(source, installation_secret(session), signing_secrets(session), feed.language)
        told = writing.stage(connected, source, _events(feed, maker))
        counts = Counts(
            read=told.read,
            created=told.fresh,
            updated=0,
            unchanged=told.different - told.fresh,
            merged=told.read - told.bad - told.different,
            quarantined=told.bad,
            closed=0,
        )
        about = {
            "source": source,
            "format": kind.value,
            "file_name": file_name_of(path),
        }
        receipt, first = keep_receipt(
            connected, counts, started_at, subject="applications", full=False, **about
        )
        judged = writing.keep(connected, source, receipt)
    return Receipt(
        receipt_id=receipt,
        attributed=judged.pop("", 0),
        unattributed=judged,
        quarantine=first,
        **about,
        **counts._asdict(),
    )


def look_at(path: Path, *, with_mapping: bool = False) -> tuple[Inspected, EventFormat]:
    """What kind of file it is, without reading an event. Raises InputError on one that is none."""
    with naming(path):
        inspected = inspect(path)
        start = inspected.head.lstrip()[:1]
        if start in {b"[", b"<"}:
            raise UnreadableError(
                "is neither CSV nor JSON lines (one object a line): export it as one of them"
            )
        kind = EventFormat.JSON_LINES if start == b"{" else EventFormat.CSV
        if with_mapping and kind is not EventFormat.CSV:
            raise UnreadableError("is JSON lines, whose keys are matched by name: leave out --mapping")
    return inspected, kind


def _feed(
    stream: CleanBytes, inspected: Inspected, kind: EventFormat, mapping: dict[str, str] | None
) -> Feed:
    if kind is EventFormat.CSV:
        return read_csv(stream, inspected.head, HEADERS, mapping)
    return read_json_lines(stream, HEADERS)


def _events(feed: Feed, maker: EventMaker) -> Iterator[Event | Bad]:
    for item in feed.items:
        yield item if isinstance(item, Bad) else maker.event(item)
