"""Ads for a posting: asked of the model within bounds, held against the gate, and else written by template.

Whatever the model does, each platform and language has words that may be published. The same question costs
one call: its last reply is kept, unless it failed for a reason that passes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.creative import prompt
from adflux_core.creative.evidence import Evidence, evidence_of
from adflux_core.creative.gate import examine, passing
from adflux_core.creative.gemini.client import Gemini
from adflux_core.creative.gemini.replies import ANSWERS, HOPELESS, Outcome, Reply
from adflux_core.creative.plain_words import plain_words
from adflux_core.creative.readers import Readers, readers_of
from adflux_core.creative.words import Words
from adflux_core.errors import InputError
from adflux_core.schema.creative import CreativeText, ModelReply
from adflux_core.schema.postings import Posting
from adflux_core.settings import settings

CALLS = 4  # of one question at most: what is lost on the way or spoiled is asked again
REASKS = 1  # of them because the gate let nothing through

Place = tuple[PlatformName, str]


class Written(BaseModel):
    """What became of one posting."""

    model_config = ConfigDict(frozen=True)

    posting_id: int
    outcome: str  # of the model; "cached", or "template" when it was not asked
    calls: int
    by_model: int
    by_template: int
    detail: str


@dataclass
class _Asked:
    """All calls of one question together."""

    reply: Reply
    calls: int = 0
    prompt_tokens: int = 0
    output_tokens: int = 0
    passed: dict[Place, list[Words]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def write_ads(
    posting_id: int,
    platforms: Sequence[PlatformName],
    languages: Sequence[str],
    variants: int,
    model: Gemini | None,
    segment: int | None = None,
) -> Written:
    """Store drafts for each platform and language, for everybody or for one segment.

    Without a model, by template. Raises InputError, RefusedError on a segment that has ended.
    """
    with database.transaction() as session:
        posting = session.get(Posting, posting_id)
        if posting is None:
            raise InputError(f"posting {posting_id} does not exist: see `adflux list postings`")
        readers = readers_of(session, segment) if segment else None
        reply_key = prompt.key_of(posting, model.model, languages, variants, readers) if model else None
        known = session.get(ModelReply, reply_key) if reply_key else None
        session.expunge_all()
    evidence = evidence_of(posting)
    wanted = [(platform, language) for platform in platforms for language in languages]
    if known is not None:
        kept = Reply(Outcome(known.outcome), text=known.text)
        asked = _Asked(kept)
        asked.passed, asked.problems = _passed(kept, wanted, evidence)
    elif model is not None:
        first = prompt.question(posting, languages, variants, readers)
        asked = _ask(model, first, wanted, evidence)
    else:
        asked = _Asked(Reply(Outcome.EMPTY))
    with database.transaction() as session:
        if model is not None and known is None and asked.reply.outcome in ANSWERS:
            _keep_reply(session, posting, model.model, str(reply_key), asked)
        else:
            reply_key = reply_key if known is not None else None
        by_model = _keep_words(session, posting, asked.passed, prompt.SOURCE, reply_key, readers)
        missing = [place for place in wanted if place not in asked.passed]
        by_template = _keep_words(
            session,
            posting,
            {place: [plain_words(posting, place[0], place[1], evidence, readers)] for place in missing},
            "template/1",
            None,
            readers,
        )
    outcome = "template" if model is None else "cached" if known is not None else asked.reply.outcome.value
    return Written(
        posting_id=posting_id,
        outcome=outcome,
        calls=asked.calls,
        by_model=by_model,
        by_template=by_template,
        detail=asked.reply.detail or "; ".join(asked.problems[:3]),
    )


def question_about(
    posting_ids: Sequence[int],
    platforms: Sequence[PlatformName],
    languages: Sequence[str],
    variants: int,
    model: str,
    segment: int | None,
) -> tuple[str, bool]:
    """A name for all of these questions together, and whether all that they would make is stored."""
    places = {(platform.value, language) for platform in platforms for language in languages}
    with database.transaction() as session:
        readers = readers_of(session, segment) if segment else None
        postings = list(session.scalars(select(Posting).where(Posting.id.in_(posting_ids))))
        keys = {one.id: prompt.key_of(one, model, languages, variants, readers) for one in postings}
        hashes = {one.id: prompt.posting_hash(one) for one in postings}
        replies = set(session.scalars(select(ModelReply.key).where(ModelReply.key.in_(keys.values()))))
        chosen = (CreativeText.segment_id == segment, CreativeText.posting_id.in_(posting_ids))
        written = {
            (row.posting_id, row.platform, row.language)
            for row in session.scalars(select(CreativeText).where(*chosen))
            if row.posting_hash == hashes[row.posting_id]
        }
    whole = len(keys) == len(set(posting_ids)) and all(
        keys[one] in replies
        and places <= {(platform, spoken) for at, platform, spoken in written if at == one}
        for one in keys
    )
    named = [*sorted(keys.values()), *sorted(map(str, places))]
    return hashlib.sha256("\n".join(named).encode()).hexdigest(), whole


def _ask(model: Gemini, first: str, wanted: Sequence[Place], evidence: Evidence) -> _Asked:
    """Ask until something passes the gate for every place, or the bounds are reached."""
    asked = _Asked(Reply(Outcome.EMPTY))
    parts, reasked = [first], 0
    while asked.calls < CALLS:
        asked.calls += 1
        asked.reply = model.ask(prompt.INSTRUCTION, parts, prompt.Answer)
        asked.prompt_tokens += asked.reply.prompt_tokens
        asked.output_tokens += asked.reply.output_tokens
        if asked.reply.outcome in HOPELESS or asked.reply.outcome is Outcome.BLOCKED:
            break
        if asked.reply.outcome is not Outcome.OK:
            continue
        asked.passed, asked.problems = _passed(asked.reply, wanted, evidence)
        if not asked.problems or set(wanted) <= set(asked.passed):
            break
        if asked.passed or reasked == REASKS:
            break
        reasked += 1
        parts = [first, prompt.AGAIN.format(problems="; ".join(asked.problems)[:1_500])]
    return asked


def _passed(
    reply: Reply, wanted: Sequence[Place], evidence: Evidence
) -> tuple[dict[Place, list[Words]], list[str]]:
    """The words that may be published, by place, and what stood against the others."""
    if reply.outcome is not Outcome.OK:
        return {}, []
    try:
        answer = prompt.Answer.model_validate_json(reply.text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return {}, [f"{'.'.join(map(str, first['loc']))}: {first['msg']}"]
    passed: dict[Place, list[Words]] = {}
    problems: list[str] = []
    for ad in answer.ads:
        feed, search = ad.words()
        for platform, words in (
            (PlatformName.META, feed),
            (PlatformName.GOOGLE_ADS, passing(search, ad.language, evidence)),
        ):
            if (platform, ad.language) not in wanted:
                continue
            examined = examine(words, platform, ad.language, evidence)
            if examined.publishable:
                passed.setdefault((platform, ad.language), []).append(words)
            else:
                problems += examined.problems()
    return passed, list(dict.fromkeys(problems))


def _keep_reply(session: Session, posting: Posting, model: str, key: str, asked: _Asked) -> None:
    session.execute(
        insert(ModelReply)
        .values(
            key=key,
            posting_id=posting.id,
            posting_hash=prompt.posting_hash(posting),
            prompt_version=prompt.VERSION,
            model=model,
            model_version=asked.reply.model_version,
            response_id=asked.reply.response_id,
            outcome=asked.reply.outcome.value,
            text=asked.reply.text,
            calls=asked.calls,
            prompt_tokens=asked.prompt_tokens,
            output_tokens=asked.output_tokens,
            cost_usd=_cost(asked.prompt_tokens, asked.output_tokens),
        )
        .on_conflict_do_nothing()
    )


def _keep_words(
    session: Session,
    posting: Posting,
    by_place: dict[Place, list[Words]],
    source: str,
    reply_key: str | None,
    readers: Readers | None,
) -> int:
    rows = [
        {
            "posting_id": posting.id,
            "posting_hash": prompt.posting_hash(posting),
            "platform": platform.value,
            "language": language,
            "words": words.model_dump(mode="json"),
            "content_hash": words.content_hash(),
            "source": source,
            "reply_key": reply_key,
            "author": "generate-creatives",
            "segment_id": readers.segment_id if readers else None,
            "segment_version_id": readers.version_id if readers else None,
        }
        for (platform, language), variants in by_place.items()
        for words in variants
    ]
    if rows:
        session.execute(insert(CreativeText).values(rows).on_conflict_do_nothing())
    return len(rows)


def _cost(prompt_tokens: int, output_tokens: int) -> Decimal | None:
    """US dollars, or nothing where a price is not set."""
    current = settings()
    prices = current.gemini_usd_per_million_input_tokens, current.gemini_usd_per_million_output_tokens
    if prices[0] is None or prices[1] is None:
        return None
    return (prompt_tokens * prices[0] + output_tokens * prices[1]) / 1_000_000
