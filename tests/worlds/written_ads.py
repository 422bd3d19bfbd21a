"""Postings stored and ads written for them, and what the gate says of all that is there."""

from __future__ import annotations

from sqlalchemy import select

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.creative.evidence import evidence_of
from adflux_core.creative.gate import examine
from adflux_core.creative.gemini.client import Gemini
from adflux_core.creative.gemini.quota import ModelGovernor
from adflux_core.creative.generating import Written, write_ads
from adflux_core.creative.words import LANGUAGES, Words
from adflux_core.schema.creative import CreativeText
from adflux_core.schema.postings import Posting

BOTH = tuple(PlatformName)


class UnhurriedClock:
    """Time that passes when somebody waits."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0
        self.waited: list[float] = []

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.waited.append(seconds)


def governor(clock: UnhurriedClock, a_minute: int = 100_000, a_day: int = 100_000) -> ModelGovernor:
    return ModelGovernor("test", a_minute=a_minute, a_day=a_day, now=lambda: clock.now, wait=clock.wait)


def stored(given: Posting) -> int:
    with database.transaction() as session:
        columns = {one.key: getattr(given, one.key) for one in Posting.__table__.columns if one.key != "id"}
        kept = Posting(**{name: value for name, value in columns.items() if value is not None})
        session.add(kept)
        session.flush()
        return kept.id


def write(posting_id: int, model: Gemini | None) -> Written:
    return write_ads(posting_id, BOTH, LANGUAGES, 2, model)


def unpublishable(posting_id: int | None = None) -> list[str]:
    """What the gate says of all that is stored; nothing is missing for any platform and language."""
    with database.transaction() as session:
        chosen = (
            select(CreativeText).where(CreativeText.posting_id == posting_id)
            if posting_id
            else select(CreativeText)
        )
        rows = list(session.scalars(chosen))
        postings = {one.id: evidence_of(one) for one in session.scalars(select(Posting))}
    written = {(row.posting_id, row.platform, row.language) for row in rows}
    wanted = {
        (one, p.value, lang)
        for one in ([posting_id] if posting_id else postings)
        for p in BOTH
        for lang in LANGUAGES
    }
    problems = [f"nothing for {missing}" for missing in wanted - written]
    for row in rows:
        words = Words.model_validate(row.words)
        examined = examine(words, PlatformName(row.platform), row.language, postings[row.posting_id])
        if not examined.publishable:
            problems += [f"{row.source} {line}" for line in examined.problems()]
    return problems
