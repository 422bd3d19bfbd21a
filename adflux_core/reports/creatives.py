"""Words of ads as the screens show them: where they come from, and why each sentence is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from adflux_core.creative.gate import Examination
from adflux_core.creative.posting_lint import Concern, lint_posting
from adflux_core.creative.reviewing import examination
from adflux_core.creative.words import Words
from adflux_core.errors import InputError
from adflux_core.reports.asking import ask
from adflux_core.schema.creative import CreativeImage, CreativeText
from adflux_core.schema.postings import Posting

ROWS = """
    SELECT c.id, c.posting_id, p.title, p.company,
           coalesce(p.city, p.region, p.place) AS place, p.apply_url,
           c.platform, c.language, c.source, c.author, c.created_at,
           c.segment_id, s.name_es AS segment_es, s.name_en AS segment_en, c.image_hash, links.applications,
           p.source = 'simulated' AS simulated, c.approved_by, c.approved_at, c.edited_from,
           c.content_hash, c.posting_hash,
           r.prompt_version, r.model, r.model_version, r.response_id,
           r.prompt_tokens, r.output_tokens, r.calls, r.cost_usd
    FROM adflux.creative_text AS c JOIN adflux.posting AS p ON p.id = c.posting_id
    LEFT JOIN adflux.model_reply AS r ON r.key = c.reply_key
    LEFT JOIN adflux.segment AS s ON s.id = c.segment_id
    LEFT JOIN LATERAL (
        SELECT count(*) AS applications FROM (
            SELECT DISTINCT a.source, a.application FROM adflux.apply_link AS l
            JOIN adflux.application AS a ON a.click_id = l.click_id AND a.verdict = 'signed'
            WHERE l.creative_id = c.id AND a.submitted_at IS NOT NULL
        ) AS applied
    ) AS links ON true
    WHERE CAST(:posting_id AS bigint) IS NULL OR c.posting_id = :posting_id
    ORDER BY c.approved_at DESC NULLS LAST, c.id
    LIMIT :limit
"""
WITHOUT = """
    SELECT id FROM adflux.posting AS p
    WHERE status = 'open' AND NOT EXISTS (
        SELECT FROM adflux.creative_text
        WHERE posting_id = p.id AND segment_id IS NOT DISTINCT FROM CAST(:segment AS bigint)
    )
    ORDER BY id LIMIT :most
"""
WRITTEN_FOR = """
    SELECT p.id, p.title, count(*) AS written, count(c.approved_at) AS approved
    FROM adflux.posting AS p JOIN adflux.creative_text AS c ON c.posting_id = p.id
    GROUP BY p.id ORDER BY max(c.created_at) DESC, p.id LIMIT :limit
"""


TWINS = """
    SELECT other.source, other.external_id FROM adflux.posting AS p JOIN adflux.posting AS other
      ON other.id <> p.id AND other.source <> p.source AND other.status = 'open'
     AND lower(other.title) = lower(p.title) AND lower(other.company) = lower(p.company)
     AND other.city IS NOT DISTINCT FROM p.city
    WHERE p.id = :id ORDER BY other.id LIMIT 5
"""


@dataclass(frozen=True)
class Twin:
    """The same job in another feed."""

    source: str
    external_id: str


@dataclass(frozen=True)
class CreativeRow:
    """Words for one platform and language; of the model only when it wrote them."""

    id: int
    posting_id: int
    title: str
    company: str | None
    place: str | None
    apply_url: str | None
    platform: str
    language: str
    source: str
    author: str
    created_at: datetime
    segment_id: int | None
    segment_es: str | None
    segment_en: str | None
    image_hash: str | None
    applications: int  # that came by a link of an ad with these words
    simulated: bool  # the posting is one that was made to try things
    approved_by: str | None
    approved_at: datetime | None
    edited_from: int | None
    content_hash: str
    posting_hash: str
    prompt_version: str | None
    model: str | None
    model_version: str | None
    response_id: str | None
    prompt_tokens: int | None
    output_tokens: int | None
    calls: int | None
    cost_usd: Decimal | None


@dataclass(frozen=True)
class WrittenFor:
    """A posting and how many words it has."""

    id: int
    title: str
    written: int
    approved: int


@dataclass(frozen=True)
class WithoutWords:
    """An open posting nobody has written for."""

    id: int


def creatives(posting_id: int | None = None, limit: int = 200) -> list[CreativeRow]:
    """What was written, approved first."""
    return ask(CreativeRow, ROWS, posting_id=posting_id, limit=limit)


def creative_examined(creative_id: int, say_in: str) -> tuple[Words, Examination]:
    """The words themselves, and claim by claim why they may stand; explanations in `say_in`."""
    rows = ask(CreativeText, "SELECT * FROM adflux.creative_text WHERE id = :id", id=creative_id)
    if not rows:
        raise InputError(f"creative {creative_id} does not exist: see `adflux list creatives`")
    (posting,) = ask(Posting, "SELECT * FROM adflux.posting WHERE id = :id", id=rows[0].posting_id)
    return Words.model_validate(rows[0].words), examination(rows[0], posting, say_in)


def creative_image(image_hash: str) -> bytes:
    """The picture as it was drawn anew. Raises InputError."""
    found = ask(CreativeImage, "SELECT * FROM adflux.creative_image WHERE hash = :hash", hash=image_hash)
    if not found:
        raise InputError(f"image {image_hash[:12]} does not exist: add it with `adflux add-image FILE`")
    return found[0].content


def postings_written_for(limit: int = 200) -> list[WrittenFor]:
    """Postings that have words, the newest first."""
    return ask(WrittenFor, WRITTEN_FOR, limit=limit)


def postings_without_words(most: int, segment: int | None = None) -> list[int]:
    """Open postings nobody has written for: for everybody, or for the segment."""
    return [one.id for one in ask(WithoutWords, WITHOUT, most=most, segment=segment)]


def posting_concerns(posting_id: int, say_in: str, *, follow_link: bool = False) -> list[Concern]:
    """What a person should mend of a posting. Asks the network only to `follow_link`. Raises InputError."""
    found = ask(Posting, "SELECT * FROM adflux.posting WHERE id = :id", id=posting_id)
    if not found:
        raise InputError(f"posting {posting_id} does not exist: see `adflux list postings`")
    twins = [f"{twin.source} · {twin.external_id}" for twin in ask(Twin, TWINS, id=posting_id)]
    today = datetime.now(UTC).date()
    return lint_posting(found[0], today, twins=twins, say_in=say_in, follow_link=follow_link)
