"""Who belongs into an audience now, as hashes, and what that changes of what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, text

# Meta, Customer File Custom Audiences: an e-mail is trimmed and in small letters, a phone is digits with the
# country's code. Candidates are stored so. Of a phone only a Colombian mobile shows that its code is there;
# any other might be somebody else's number in another country.
_AGREED = """
    WITH agreed AS (
        SELECT sha256(convert_to(email, 'UTF8')) AS email,
            CASE WHEN phone ~ '^573[0-9]{9}$' THEN sha256(convert_to(phone, 'UTF8')) END AS phone
        FROM adflux.segment_in_version AS here
        JOIN adflux.segment_member USING (version_id, cluster)
        JOIN adflux.candidate ON candidate.id = candidate_id
        WHERE here.version_id = :version AND here.segment_id = :segment
            AND consent AND consent_purpose = :purpose
            AND consented_on <= :today AND retain_until >= :today
    ), wanted AS (
        SELECT DISTINCT kind, key
        FROM agreed, LATERAL (VALUES ('email', email), ('phone', phone)) AS one (kind, key)
        WHERE key IS NOT NULL
    )
"""
_COUNT = f"{_AGREED} SELECT count(*) FROM agreed WHERE email IS NOT NULL OR phone IS NOT NULL"  # noqa: S608
_JOIN = f"""
    {_AGREED}
    INSERT INTO adflux.audience_member AS sent (audience_id, kind, key, state)
    SELECT :audience, kind, key, 'adding' FROM wanted
    ON CONFLICT (audience_id, kind, key) DO UPDATE SET state = 'adding' WHERE sent.state = 'removing'
"""  # noqa: S608
_LEAVE = f"""
    {_AGREED}
    UPDATE adflux.audience_member AS sent SET state = 'removing'
    WHERE audience_id = :audience AND state <> 'removing'
        AND NOT EXISTS (SELECT FROM wanted WHERE wanted.kind = sent.kind AND wanted.key = sent.key)
"""  # noqa: S608


def people(connected: Connection, segment: int, version: int, purpose: str, today: date) -> int:
    """How many can be reached and agreed to it, by a consent for this purpose that is still valid."""
    found: int = connected.execute(
        text(_COUNT), {"segment": segment, "version": version, "purpose": purpose, "today": today}
    ).scalar_one()
    return found


def weigh(
    connected: Connection, audience: int, segment: int, version: int, purpose: str, today: date, fewest: int
) -> int:
    """Mark who is to be added and who removed; the number of people. Below `fewest` nobody is added."""
    known = {"segment": segment, "version": version, "purpose": purpose, "today": today}
    agreed = people(connected, segment, version, purpose, today)
    connected.execute(text(_LEAVE), {**known, "audience": audience})
    if agreed >= fewest:
        connected.execute(text(_JOIN), {**known, "audience": audience})
    return agreed


def waiting(
    connected: Connection, audience: int, state: str, kind: str, after: bytes, limit: int
) -> Sequence[bytes]:
    """The next hashes in that state, in their order."""
    return [
        bytes(key)
        for key in connected.execute(
            text("""SELECT key FROM adflux.audience_member
                    WHERE audience_id = :audience AND state = :state AND kind = :kind AND key > :after
                    ORDER BY key LIMIT :limit"""),
            {"audience": audience, "state": state, "kind": kind, "after": after, "limit": limit},
        ).scalars()
    ]


def confirm(connected: Connection, audience: int, action: str, kind: str, keys: Sequence[bytes]) -> None:
    """The platform has taken these. Who was to leave meanwhile still is."""
    told = {"audience": audience, "kind": kind, "keys": list(keys)}
    these = "audience_id = :audience AND kind = :kind AND key = ANY(:keys)"
    if action == "remove":
        connected.execute(
            text(f"DELETE FROM adflux.audience_member WHERE {these} AND state = 'removing'"),  # noqa: S608
            told,
        )
    else:
        connected.execute(
            text(f"UPDATE adflux.audience_member SET state = 'held' WHERE {these} AND state = 'adding'"),  # noqa: S608
            told,
        )
