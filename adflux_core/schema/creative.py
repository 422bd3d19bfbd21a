"""Words for ads: what a model replied, what was made of it or written, and who approved it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, LargeBinary, Numeric, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table
from adflux_core.schema.postings import Posting
from adflux_core.schema.segments import Segment, SegmentVersion


class ModelReply(Table):
    """The last reply of a model to one question, so that the same question costs one call.

    `key` is the hash of posting, prompt version, model and what was asked for. `calls` counts the calls it
    took; tokens are of all of them. `cost_usd` is null where no price is set.
    """

    __tablename__ = "model_reply"

    key: Mapped[str] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey(Posting.id))
    posting_hash: Mapped[str]
    prompt_version: Mapped[str]
    model: Mapped[str]
    model_version: Mapped[str]
    response_id: Mapped[str]
    outcome: Mapped[str]
    text: Mapped[str]
    calls: Mapped[int]
    prompt_tokens: Mapped[int]
    output_tokens: Mapped[int]
    cost_usd: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("outcome IN ('ok', 'blocked', 'truncated', 'empty', 'malformed')", name="outcome"),
        CheckConstraint("calls > 0 AND prompt_tokens >= 0 AND output_tokens >= 0", name="counts"),
    )


class CreativeImage(Table):
    """A picture that somebody brought, drawn anew; `original_hash` is of the file it came in."""

    __tablename__ = "creative_image"

    hash: Mapped[str] = mapped_column(primary_key=True)  # SHA-256 of `content`
    content: Mapped[bytes] = mapped_column(LargeBinary)
    format: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    original_hash: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("format IN ('PNG', 'JPEG')", name="format"),
        CheckConstraint("width > 0 AND height > 0", name="size"),
    )


class CreativeText(Table):
    """The words of an ad for one platform and language, and for one segment where there is one.

    `words` as `creative.words.Words` has them; without an image the ad shows its own card.
    """

    __tablename__ = "creative_text"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey(Posting.id), index=True)
    posting_hash: Mapped[str]  # of the posting as it was then
    platform: Mapped[str]
    language: Mapped[str]
    segment_id: Mapped[int | None] = mapped_column(ForeignKey(Segment.id))
    segment_version_id: Mapped[int | None] = mapped_column(ForeignKey(SegmentVersion.id))
    image_hash: Mapped[str | None] = mapped_column(ForeignKey(CreativeImage.hash))
    words: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    source: Mapped[str]  # "gemini/1", "template/1", "person"
    reply_key: Mapped[str | None] = mapped_column(ForeignKey(ModelReply.key))
    edited_from: Mapped[int | None] = mapped_column(ForeignKey("adflux.creative_text.id"))
    author: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint(
            *("posting_id", "platform", "language", "segment_id", "image_hash", "content_hash"),
            name="uq_creative_text_variant",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("(segment_id IS NULL) = (segment_version_id IS NULL)", name="segment"),
        CheckConstraint("language ~ '^[a-z]{2}$'", name="language"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approval"),
    )


class ModelQuota(Table):
    """How much of a model project's allowance is used: one row, shared by every process."""

    __tablename__ = "model_quota"

    project: Mapped[str] = mapped_column(primary_key=True)
    open_at: Mapped[datetime]  # before that, nobody calls
    minute: Mapped[datetime]
    minute_calls: Mapped[int]
    day: Mapped[date]  # Pacific time, where the allowance is renewed at midnight
    day_calls: Mapped[int]
