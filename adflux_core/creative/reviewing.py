"""People decide which words run: they approve, or write their own; both go through the gate."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.creative.evidence import evidence_of
from adflux_core.creative.gate import Examination, examine
from adflux_core.creative.images import taken_by
from adflux_core.creative.prompt import posting_hash
from adflux_core.creative.words import Words
from adflux_core.errors import InputError, RefusedError
from adflux_core.schema.creative import CreativeImage, CreativeText
from adflux_core.schema.postings import Posting
from adflux_core.schema.publication import Audit


def approve_creative(creative_id: int, user: str) -> None:
    """From now on plans for its posting and platform use it. Raises InputError, RefusedError."""
    with database.transaction() as session:
        row, posting = _found(session, creative_id)
        if row.posting_hash != posting_hash(posting):
            raise RefusedError(
                f"creative {creative_id} was written before posting {posting.id} changed: write it anew"
            )
        _check(row, examination(row, posting))
        if row.approved_by is None:
            row.approved_by = user
            row.approved_at = datetime.now(UTC)
            session.add(_audit(user, "approve creative", row))


def withdraw_creative(creative_id: int, user: str) -> None:
    """Plans no longer use it; what was planned with it stays as it was approved."""
    with database.transaction() as session:
        row, _ = _found(session, creative_id)
        if row.approved_by is not None:
            row.approved_by = row.approved_at = None
            session.add(_audit(user, "withdraw creative", row))


def edit_creative(creative_id: int, words: Words, user: str) -> int:
    """A new draft with these words, the old one stays; its id. Raises InputError, RefusedError."""
    with database.transaction() as session:
        row, posting = _found(session, creative_id)
        changed = {"source": "person", "image_hash": row.image_hash}
        return _new_draft(session, row, posting, words, user, "edit creative", changed)


def choose_image(creative_id: int, image_hash: str, user: str) -> int:
    """A new draft of the same words with that picture; its id. Raises InputError, RefusedError."""
    with database.transaction() as session:
        row, posting = _found(session, creative_id)
        image = session.get(CreativeImage, image_hash)
        if image is None:
            raise InputError(f"image {image_hash[:12]} does not exist: add it with `adflux add-image FILE`")
        if row.platform == PlatformName.GOOGLE_ADS:
            raise RefusedError("a search ad shows no picture: choose a creative of another platform")
        if row.platform not in taken_by(image.width, image.height, len(image.content)):
            raise RefusedError(f"{row.platform} takes no picture of {image.width} × {image.height}")
        kept = {"source": row.source, "reply_key": row.reply_key, "image_hash": image_hash}
        return _new_draft(session, row, posting, Words.model_validate(row.words), user, "choose image", kept)


def _new_draft(
    session: Session,
    row: CreativeText,
    posting: Posting,
    words: Words,
    user: str,
    action: str,
    given: dict[str, str | None],
) -> int:
    values: dict[str, Any] = {
        "posting_id": row.posting_id,
        "posting_hash": posting_hash(posting),
        "platform": row.platform,
        "language": row.language,
        "words": words.model_dump(mode="json"),
        "content_hash": words.content_hash(),
        "segment_id": row.segment_id,
        "segment_version_id": row.segment_version_id,
        "edited_from": row.id,
        "author": user,
        **given,
    }
    edited = CreativeText(**values)
    _check(edited, examination(edited, posting))
    added = session.execute(
        insert(CreativeText).values(values).on_conflict_do_nothing().returning(CreativeText.id)
    ).scalar()
    if added is not None:
        session.add(_audit(user, action, session.get_one(CreativeText, added)))
        return added
    same = ("posting_id", "platform", "language", "segment_id", "image_hash", "content_hash")
    return session.execute(
        select(CreativeText.id).filter_by(**{one: values[one] for one in same})
    ).scalar_one()


def examination(row: CreativeText, posting: Posting, say_in: str = "") -> Examination:
    """What the gate says of stored words; people may give the posting's own link."""
    own = (posting.apply_url,) if posting.apply_url and row.source == "person" else ()
    return examine(
        Words.model_validate(row.words),
        PlatformName(row.platform),
        row.language,
        evidence_of(posting),
        own=own,
        say_in=say_in,
    )


def approved_words(
    session: Session, posting: Posting, platform: PlatformName, segment: int | None = None
) -> CreativeText | None:
    """The newest approved words that are of the posting as it is, in its own language if there are any.

    Those of the segment go first; those of another never count.
    """
    language = "en" if posting.language == "en" else "es"
    return session.scalars(
        select(CreativeText)
        .where(
            CreativeText.posting_id == posting.id,
            CreativeText.platform == platform,
            CreativeText.posting_hash == posting_hash(posting),
            CreativeText.approved_at.is_not(None),
            CreativeText.segment_id.is_(None) | (CreativeText.segment_id == segment),
        )
        .order_by(
            CreativeText.segment_id.is_(None),
            (CreativeText.language == language).desc(),
            CreativeText.approved_at.desc(),
        )
        .limit(1)
    ).first()


def _found(session: Session, creative_id: int) -> tuple[CreativeText, Posting]:
    row = session.get(CreativeText, creative_id)
    if row is None:
        raise InputError(f"creative {creative_id} does not exist: see `adflux list creatives`")
    return row, session.get_one(Posting, row.posting_id)


def _check(row: CreativeText, examined: Examination) -> None:
    if not examined.publishable:
        raise RefusedError(f"these words for {row.platform} cannot run: {'; '.join(examined.problems())}")


def _audit(user: str, action: str, row: CreativeText) -> Audit:
    detail = {"creative": row.id, "posting": row.posting_id, "content_hash": row.content_hash}
    return Audit(actor=user, action=action, detail=detail)
