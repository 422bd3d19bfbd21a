"""A candidate is erased: the person, what the law protects, memberships; then everything is searched."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, text

from adflux_core import database
from adflux_core.errors import AdfluxError, InputError

# A shorter value is found in texts that are not about this person.
SHORTEST = 6
HOLDERS = (
    ("adflux_protected.candidate_attribute", "candidate_id"),
    ("adflux.segment_member", "candidate_id"),
    ("adflux.candidate_merge", "candidate_id"),
    ("adflux.candidate_merge", "merged_candidate_id"),
    ("adflux.candidate", "id"),
)


class Erasure(BaseModel):
    """The receipt: rows removed by table, columns searched afterwards. It names nobody.

    `audiences` hold a hash of the person on a platform and take it out with their next pass.
    """

    model_config = ConfigDict(frozen=True)

    candidate_id: int
    removed: dict[str, int]
    columns_searched: int
    audiences: list[int]


def erase_candidate(candidate_id: int) -> Erasure:
    """Remove a candidate from every table, or, if anything of the person is still found, from none.

    Raises InputError on an unknown candidate, AdfluxError when a table still holds the person's e-mail, phone
    or id of the source.
    """
    with database.connection() as connected:
        person = connected.execute(
            text("SELECT email, phone, external_id FROM adflux.candidate WHERE id = :id FOR UPDATE"),
            {"id": candidate_id},
        ).one_or_none()
        if person is None:
            raise InputError(f"candidate {candidate_id} does not exist, or was erased before")
        removed: dict[str, int] = {}
        for table, column in HOLDERS:
            gone = connected.execute(text(f"DELETE FROM {table} WHERE {column} = :id"), {"id": candidate_id})  # noqa: S608
            removed[table] = removed.get(table, 0) + gone.rowcount
        audiences = list(
            connected.execute(
                text("""WITH leaving AS (
                        UPDATE adflux.audience_member SET state = 'removing'
                        WHERE key IN (sha256(convert_to(:email, 'UTF8')), sha256(convert_to(:phone, 'UTF8')))
                        RETURNING audience_id
                    ) SELECT DISTINCT audience_id FROM leaving ORDER BY 1"""),
                {"email": person.email, "phone": person.phone},
            ).scalars()
        )
        values = [value for value in person if value and len(value) >= SHORTEST]
        searched = _search(connected, values)
    return Erasure(candidate_id=candidate_id, removed=removed, columns_searched=searched, audiences=audiences)


def _search(connected: Connection, values: list[str]) -> int:
    """Look for the values in every text column of ours; how many there were. Raises AdfluxError on a hit."""
    columns = connected.execute(
        text("""SELECT format('%I.%I', columns.table_schema, columns.table_name) AS place, column_name AS name
                FROM information_schema.columns JOIN information_schema.tables
                    USING (table_catalog, table_schema, table_name)
                WHERE table_schema IN ('adflux', 'adflux_protected') AND table_type = 'BASE TABLE'
                    AND data_type IN ('text', 'jsonb', 'ARRAY')""")
    ).all()
    for place, name in columns:
        hit = connected.execute(
            text(f"""SELECT FROM {place} WHERE EXISTS (
                         SELECT FROM unnest(CAST(:values AS text[])) AS value
                         WHERE strpos(CAST("{name}" AS text), value) > 0) LIMIT 1"""),  # noqa: S608
            {"values": values},
        ).first()
        if hit is not None:
            raise AdfluxError(f"{place}.{name} still holds something of the candidate: nothing was erased")
    return len(columns)
