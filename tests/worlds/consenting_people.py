"""A segment whose people agreed: stored as an import and a training would have left them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from adflux_core import database
from sandbox.server import Sandbox

PURPOSE = "ofertas de empleo"
CARD = "{}"


def ask(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement that may also change something."""
    with database.connection() as connected:
        result = connected.execute(text(statement), values)
        return [tuple(row) for row in result] if result.returns_rows else []


def settle(people: int) -> int:
    """A segment of so many, numbered from 0, each with an e-mail; the even ones have a phone. Its id."""
    ask(
        """INSERT INTO adflux.candidate (source, external_id, email, phone, consent, consent_purpose,
               consented_on, retain_until)
           SELECT 'world', n, 'p' || n || '@example.com',
               CASE WHEN n % 2 = 0 THEN '57300' || 1000000 + n END, true, 'ofertas de empleo',
               '2026-01-01', '2099-01-01'
           FROM generate_series(0, :people - 1) AS n""",
        people=people,
    )
    ((version,),) = ask(
        """INSERT INTO adflux.segment_version (state, candidates, k, parameters, card, model)
           VALUES ('fitted', :people, 1, '{}', CAST(:card AS jsonb), '') RETURNING id""",
        people=people,
        card=CARD,
    )
    ask(
        "INSERT INTO adflux.fairness_report (version_id, proxies, four_fifths) VALUES (:version, '[]', '[]')",
        version=version,
    )
    ((segment,),) = ask(
        """INSERT INTO adflux.segment (name_es, name_en, description_es, description_en)
           VALUES ('Enfermería', 'Nursing', '', '') RETURNING id"""
    )
    ask(
        """INSERT INTO adflux.segment_in_version (version_id, cluster, segment_id, size, profile)
           VALUES (:version, 0, :segment, :people, '{"traits": []}')""",
        version=version,
        segment=segment,
        people=people,
    )
    ask(
        "INSERT INTO adflux.segment_member SELECT :version, id, 0 FROM adflux.candidate",
        version=version,
    )
    return int(segment)


def held_by(world: Sandbox, external_id: str) -> dict[str, set[str]]:
    """What the pretended platform really holds."""
    return {schema: set(kept) for schema, kept in world.account.audiences[external_id].hashes.items()}
