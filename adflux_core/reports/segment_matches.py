"""Which segment each open posting speaks to and how surely; one that speaks to none is for everybody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adflux_core.reports.asking import ask
from adflux_core.reports.segments import SegmentRow, segments
from adflux_core.targeting import folded

SPOKEN = ("occupation", "skills", "field_of_study", "sector")  # what postings and people both say
IN_THE_TITLE = 2.0  # a job is what its title says; the description says what else is needed
# What there must be to speak to one segment and not to everybody, in the unit of a trait's strength.
FOR_EVERYBODY = 0.5
SURE = 0.5
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class PostingText:
    """An open posting's words."""

    id: int
    title: str
    description: str | None


@dataclass(frozen=True)
class SegmentMatch:
    """A posting and its segment; `segment_id` None: no segment is likelier than all the rest together.

    `confidence`: the segment's part of all that the posting says for a segment, or for none.
    """

    posting_id: int
    title: str
    segment_id: int | None
    name_es: str | None
    name_en: str | None
    confidence: float
    words: list[str]  # by which it was told


def segment_matches(*, limit: int = 200) -> list[SegmentMatch]:
    """The newest open postings with the segment of the newest version that each speaks to."""
    postings = ask(
        PostingText,
        """SELECT id, title, description FROM adflux.posting WHERE status = 'open'
           ORDER BY id DESC LIMIT :limit""",
        limit=limit,
    )
    rows = segments()
    return [match_posting(posting, rows) for posting in postings] if rows else []


def segment_match(posting_id: int) -> SegmentMatch | None:
    """The segment that one posting speaks to; None without segments, or without the posting."""
    asked = "SELECT id, title, description FROM adflux.posting WHERE id = :id"
    found = ask(PostingText, asked, id=posting_id)
    rows = segments()
    return match_posting(found[0], rows) if found and rows else None


def match_posting(posting: PostingText, rows: Sequence[SegmentRow]) -> SegmentMatch:
    """What the posting says, weighed by how much each word sets a segment apart."""
    title, whole = _spoken(posting.title), _spoken(f"{posting.title} {posting.description or ''}")
    told = {row.id: _told(row.traits, title, whole) for row in rows}
    weights = {segment: sum(words.values()) for segment, words in told.items()}
    best = max(rows, key=lambda row: weights[row.id])
    everything = sum(weights.values()) + FOR_EVERYBODY
    confidence = weights[best.id] / everything
    found = best if confidence >= SURE else None
    return SegmentMatch(
        posting.id,
        posting.title,
        found.id if found else None,
        found.name_es if found else None,
        found.name_en if found else None,
        round(confidence, 3),
        list(told[best.id]) if found else [],
    )


def _told(traits: Iterable[Mapping[str, Any]], title: str, whole: str) -> dict[str, float]:
    """The traits that the posting speaks of, with their weight."""
    weights = {}
    for trait in traits:
        if trait["feature"] in SPOKEN and trait["word"]:
            said = _spoken(trait["word"])
            if said in whole:
                weights[trait["word"]] = trait["strength"] * (IN_THE_TITLE if said in title else 1)
    return weights


def _spoken(text: str) -> str:
    """Whole words between spaces, so that "sql" is not found in "mysql"."""
    return f" {' '.join(WORD.findall(folded(text)))} "
