"""Postings as the screens list them, and the receipts of the files they came in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from adflux_core.errors import InputError
from adflux_core.reports.asking import ask


@dataclass(frozen=True)
class Simulated:
    """Whether some of what is stored is not real."""

    simulated: bool


@dataclass(frozen=True)
class PostingFilters:
    """Which postings; None and "" mean any. `words` are looked for in title, company and place."""

    words: str = ""
    source: str | None = None
    status: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class PostingRow:
    """One posting in a list."""

    id: int
    title: str
    company: str | None
    city: str | None
    country: str | None
    language: str | None
    source: str
    status: str
    salary_text: str | None
    expires_on: date | None
    updated_at: datetime
    publications: int
    platforms: list[str]  # where it has been published, each once


@dataclass(frozen=True)
class PostingPage:
    """One page of a list, and how many there are in all."""

    rows: list[PostingRow]
    total: int


@dataclass(frozen=True)
class PostingDetail:
    """Everything kept of one posting; money in its original words beside what was read from them."""

    id: int
    source: str
    external_id: str
    title: str
    company: str | None
    description: str | None
    language: str | None
    place: str | None
    city: str | None
    region: str | None
    country: str | None
    remote: bool | None
    employment_type: str | None
    salary_text: str | None
    salary_min: Decimal | None
    salary_max: Decimal | None
    salary_currency: str | None
    salary_period: str | None
    apply_url: str | None
    posted_on: date | None
    expires_on: date | None
    status: str
    missed_feeds: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class ImportedFile:
    """The receipt of one file: read = created + updated + unchanged + merged + quarantined."""

    id: int
    subject: str
    source: str
    format: str
    file_name: str
    full_feed: bool
    read: int
    created: int
    updated: int
    unchanged: int
    merged: int
    quarantined: int
    closed: int
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True)
class Quarantined:
    """A row that was not believed, and why."""

    line: int
    reason: str
    content: str


@dataclass(frozen=True)
class _Said:
    source: str
    language: str | None


# The casts tell PostgreSQL what an empty filter is a NULL of.
FILTERED = """
    FROM adflux.posting_line
    WHERE (CAST(:source AS text) IS NULL OR source = :source)
      AND (CAST(:status AS text) IS NULL OR status = :status)
      AND (CAST(:language AS text) IS NULL OR language = :language)
      AND (:words = '' OR words LIKE lower(:pattern) ESCAPE '!')
"""


def postings(filters: PostingFilters | None = None, *, limit: int = 50, offset: int = 0) -> PostingPage:
    """One page, newest change first, and the total of all pages."""
    wanted = asdict(filters or PostingFilters())
    wanted["words"] = wanted["words"].strip()
    literal = wanted["words"].replace("!", "!!").replace("%", "!%").replace("_", "!_")
    wanted["pattern"] = f"%{literal}%"
    found = ask(
        dict[str, Any],
        f"""
            WITH matching AS MATERIALIZED (SELECT posting_id, updated_at {FILTERED}), page AS (
                SELECT posting_id FROM matching ORDER BY updated_at DESC, posting_id DESC
                LIMIT :limit OFFSET :offset
            )
            SELECT (SELECT count(*) FROM matching) AS total, ARRAY(SELECT posting_id FROM page) AS ids
        """,  # noqa: S608 - a constant of this module
        **wanted,
        limit=limit,
        offset=offset,
    )[0]
    rows = ask(
        PostingRow,
        """
            SELECT id, title, company, city, country, language, source, status, salary_text, expires_on,
                   updated_at,
                   (SELECT count(*) FROM adflux.publication WHERE posting_id = posting.id) AS publications,
                   ARRAY(SELECT DISTINCT platform FROM adflux.publication
                         WHERE posting_id = posting.id ORDER BY platform) AS platforms
            FROM adflux.posting WHERE id = ANY(:ids) ORDER BY updated_at DESC, id DESC
        """,
        ids=found["ids"],
    )
    return PostingPage(rows=rows, total=found["total"])


def posting_words() -> dict[str, list[str]]:
    """The sources and languages there are, for the filters."""
    found = ask(
        _Said,
        """
            SELECT DISTINCT source, language FROM adflux.posting_line
        """,
    )
    return {
        "source": sorted({row.source for row in found}),
        "language": sorted({row.language for row in found if row.language is not None}),
    }


def posting_detail(posting_id: int) -> PostingDetail:
    """Raises InputError on an unknown posting."""
    found = ask(
        PostingDetail,
        """
            SELECT id, source, external_id, title, company, description, language, place, city, region,
                   country, remote, employment_type, salary_text, salary_min, salary_max, salary_currency,
                   salary_period, apply_url, posted_on, expires_on, status, missed_feeds, created_at,
                   updated_at
            FROM adflux.posting WHERE id = :id
        """,
        id=posting_id,
    )
    if not found:
        raise InputError(f"posting {posting_id} does not exist: see `adflux list postings`")
    return found[0]


def has_simulated_postings() -> bool:
    """Whether any posting is one that was made to try things."""
    asked = "SELECT EXISTS (SELECT FROM adflux.posting WHERE source = 'simulated') AS simulated"
    return ask(Simulated, asked)[0].simulated


def last_import_receipts(*, source: str | None = None, limit: int = 20) -> list[ImportedFile]:
    """Receipts of imported files, newest first."""
    return ask(
        ImportedFile,
        """
            SELECT id, subject, source, format, file_name, full_feed, read, created, updated, unchanged,
                   merged, quarantined, closed, started_at, finished_at
            FROM adflux.import_receipt
            WHERE CAST(:source AS text) IS NULL OR source = :source
            ORDER BY finished_at DESC, id DESC LIMIT :limit
        """,
        source=source,
        limit=limit,
    )


def quarantine(receipt_id: int, *, limit: int = 200) -> list[Quarantined]:
    """The rows of one file that were not believed, by line."""
    return ask(
        Quarantined,
        """
            SELECT line, reason, content FROM adflux.quarantined_row
            WHERE receipt_id = :receipt_id ORDER BY line LIMIT :limit
        """,
        receipt_id=receipt_id,
        limit=limit,
    )
