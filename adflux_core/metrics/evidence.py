"""What a reading leaves behind: each reply as it came, compressed, and what nobody expected in it.

Pages wait in memory and beyond that in a file until the slice they made is written, in its transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import NamedTuple, Self

from backports import zstd
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.errors import RefusedError
from adflux_core.log import redact
from adflux_core.schema.evidence import MetricsPage, UnknownShape
from adflux_core.schema.metrics import MetricsSlice
from adflux_core.witness import Kept, Witness

FASTEST = 1
IN_MEMORY = 16 * 2**20  # bytes, of compressed pages: some 300,000 rows
LONGEST_EXAMPLE = 120
MOST_SHAPES = 200  # of one reading: a reply of nothing else would be another matter
COLUMNS = {
    "slice_id": "int8",
    "place": "int8",
    "question": "text",
    "read_at": "timestamptz",
    "size": "int8",
    "sha256": "bytea",
    "body": "bytea",
}


class _Page(NamedTuple):
    question: str
    read_at: datetime
    size: int
    sha256: bytes
    begins: int
    ends: int


class Evidence(Witness):
    """Of one reading. Close it, and whatever was not stored is gone."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by whoever made this
        self._kept: list[_Page] = []
        self._shapes: dict[tuple[str, str], tuple[str, int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def pages(self) -> int:
        return len(self._kept)

    def keep(self, question: str, body: bytes) -> None:
        begins = self._kept[-1].ends if self._kept else 0
        self._file.seek(begins)
        written = self._file.write(zstd.compress(body, FASTEST))
        page = _Page(question, datetime.now(UTC), len(body), sha256(body).digest(), begins, begins + written)
        self._kept.append(page)

    def forget_from(self, page: int) -> None:
        del self._kept[page:]

    def wonder(self, place: str, name: str, example: object) -> None:
        shape = place, name
        if shape not in self._shapes:
            if len(self._shapes) == MOST_SHAPES:
                return
            self._shapes[shape] = redact(str(example))[:LONGEST_EXAMPLE], 0
        told, times = self._shapes[shape]  # of a million rows each may have it
        self._shapes[shape] = told, times + 1

    def store(self, session: Session, receipt: MetricsSlice) -> None:
        """Beside the receipt, in its transaction."""
        self.store_shapes(session, receipt.platform, receipt.account_id)
        raw = session.connection().connection.driver_connection
        assert raw is not None
        if not self._kept:
            return
        into = f"COPY adflux.metrics_page ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)"
        with raw.cursor() as cursor, cursor.copy(into) as copy:
            copy.set_types(list(COLUMNS.values()))
            for place, page in enumerate(self._kept, start=1):
                self._file.seek(page.begins)
                body = self._file.read(page.ends - page.begins)
                copy.write_row((receipt.id, place, page.question, page.read_at, page.size, page.sha256, body))

    def store_shapes(self, session: Session, platform: str, account_id: str) -> None:
        for (place, name), (example, times) in self._shapes.items():
            known = insert(UnknownShape).values(
                platform=platform,
                account_id=account_id,
                place=place,
                name=redact(name)[:LONGEST_EXAMPLE],
                example=example,
                times=times,
            )
            again = {"times": UnknownShape.times + times, "last_at": func.now(), "example": example}
            session.execute(
                known.on_conflict_do_update(index_elements=UnknownShape.__table__.primary_key, set_=again)
            )


def kept_pages(receipt: MetricsSlice) -> Kept:
    """The bodies that were kept of a reading, one at a time, each held against its SHA-256.

    Raises RefusedError when not all of them are there, and, on the way, on one that is not what it was.
    """
    there = select(MetricsPage.question, MetricsPage.place).where(MetricsPage.slice_id == receipt.id)
    with database.transaction() as session:
        found = session.execute(there.order_by(MetricsPage.place)).all()
    if len(found) != receipt.pages or not found:
        raise RefusedError(
            f"receipt {receipt.id}: {len(found)} of {receipt.pages} pages are kept, too few to parse again: "
            f"sync {receipt.since} to {receipt.until}"
        )

    def bodies(question: str) -> Iterator[bytes]:
        for place in [place for asked, place in found if asked == question]:
            with database.transaction() as session:
                page = session.get_one(MetricsPage, (receipt.id, place))
            yield _checked(page, receipt)

    return bodies


def _checked(page: MetricsPage, receipt: MetricsSlice) -> bytes:
    try:
        body = zstd.decompress(page.body)
    except zstd.ZstdError:
        body = b""
    if sha256(body).digest() != page.sha256:
        raise RefusedError(
            f"page {page.place} of receipt {receipt.id} is not as it was kept, its SHA-256 differs: "
            f"nothing was changed; sync {receipt.since} to {receipt.until}"
        )
    return body


def drop_old_pages(days: int, now: datetime) -> int:
    """Remove the pages that are older; the numbers and the receipts stay. How many there were."""
    with database.transaction() as session:
        gone = session.execute(delete(MetricsPage).where(MetricsPage.read_at < now - timedelta(days)))
        count: int = gone.rowcount  # type: ignore[attr-defined]
        return count
