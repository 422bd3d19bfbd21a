"""Who is to read an ad: what a segment's people do for work, and nothing else of them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from adflux_core.creative.rules import check
from adflux_core.creative.words import LANGUAGES
from adflux_core.errors import InputError, RefusedError

TRAITS = ("occupation", "skills", "field_of_study")  # what people look for work by; all else stays out
MOST = 8  # words


class Readers(BaseModel):
    """A segment as one version had it. Its name is not here: people may call a segment what they like."""

    model_config = ConfigDict(frozen=True)

    segment_id: int
    version_id: int
    words: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.segment_id}/{self.version_id}"


def readers_of(session: Session, segment_id: int) -> Readers:
    """The segment in the newest version that has it. Raises InputError, RefusedError."""
    row = newest(session, segment_id)
    return Readers(segment_id=row.id, version_id=row.version_id, words=tuple(words_of(row.profile)[:MOST]))


def newest(session: Session, segment_id: int) -> Row[Any]:
    """Raises InputError on an unknown segment, RefusedError on one that has ended."""
    row = session.execute(
        text("""SELECT segment.id, name_es, name_en, ended_at, version_id, cluster, size, profile
                FROM adflux.segment JOIN adflux.segment_in_version ON segment_id = segment.id
                WHERE segment.id = :id ORDER BY version_id DESC LIMIT 1"""),
        {"id": segment_id},
    ).one_or_none()
    if row is None:
        raise InputError(f"segment {segment_id} does not exist: see `adflux list segments`")
    if row.ended_at is not None:
        raise RefusedError(f"segment {segment_id} ({row.name_es}) has ended: choose one that lives")
    return row


def words_of(profile: dict[str, Any]) -> list[str]:
    """What its people do for work, strongest first, without what no ad may say."""
    words = [trait["word"] for trait in profile["traits"] if trait["feature"] in TRAITS and trait["word"]]
    return [word for word in words if not any(check(word, language) for language in LANGUAGES)]
