"""A person gives a segment its names; they stay whatever later versions find."""

from __future__ import annotations

from sqlalchemy import insert, text

from adflux_core import database
from adflux_core.errors import InputError, RefusedError
from adflux_core.schema.publication import Audit

LONGEST_NAME, LONGEST_DESCRIPTION = 80, 600


def rename_segment(
    segment_id: int,
    *,
    name_es: str,
    name_en: str,
    description_es: str,
    description_en: str,
    user: str,
) -> None:
    """Write the names and descriptions; the same again changes nothing. Raises InputError on an unknown
    segment or an empty or long text, RefusedError on a name that another living segment has.
    """
    given = {
        "name_es": name_es,
        "name_en": name_en,
        "description_es": description_es,
        "description_en": description_en,
    }
    told = {field: " ".join(words.split()) for field, words in given.items()}
    for field, words in told.items():
        most = LONGEST_NAME if field.startswith("name") else LONGEST_DESCRIPTION
        if not words or len(words) > most or not words.isprintable():
            raise InputError(f"{field}: give 1 to {most} characters")
    with database.connection() as connected:
        other = connected.execute(
            text("""SELECT id FROM adflux.segment WHERE id <> :id AND ended_at IS NULL
                    AND (name_es = :name_es OR name_en = :name_en)"""),
            {"id": segment_id, **told},
        ).first()
        if other is not None:
            raise RefusedError(f"segment {other.id} already has that name: choose another")
        changed = connected.execute(
            text("""UPDATE adflux.segment SET name_es = :name_es, name_en = :name_en,
                        description_es = :description_es, description_en = :description_en, renamed_by = :user
                    WHERE id = :id AND (renamed_by, name_es, name_en, description_es, description_en)
                        IS DISTINCT FROM (:user, :name_es, :name_en, :description_es, :description_en)"""),
            {"id": segment_id, "user": user, **told},
        )
        if not changed.rowcount:
            there = connected.execute(
                text("SELECT id FROM adflux.segment WHERE id = :id"), {"id": segment_id}
            ).first()
            if there is None:
                raise InputError(f"segment {segment_id} does not exist: see `adflux list segments`")
            return
        connected.execute(
            insert(Audit).values(
                actor=user,
                action="rename segment",
                detail={"segment": segment_id, "name_es": told["name_es"], "name_en": told["name_en"]},
            )
        )
