"""An audience is brought to what it should be: who left goes first, then who came, in confirmed batches."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Row, text

from adflux_core import database
from adflux_core.accounts import open_audiences
from adflux_core.audiences import members
from adflux_core.errors import AmbiguousError, InputError, UnavailableError
from adflux_core.platforms.meta.audiences import MOST_AT_ONCE, Action, Batch, MetaAudiences, Received
from adflux_core.settings import settings

FEWEST = 100  # people; fewer could be told apart
TRIES = 3  # of one batch, whose number makes a repetition count once
KINDS = ("email", "phone")


class Upload(BaseModel):
    """The receipt of one session, in hashes: a person has one for the e-mail and one for the phone."""

    model_config = ConfigDict(frozen=True)

    action: str
    kind: str
    batches: int
    sent: int
    received: int
    invalid: int


class AudienceState(BaseModel):
    """What one pass left. `people` agreed and can be reached; `held` and `waiting` are hashes.

    `matched` is between how many and how many people the platform says it knows; None where it does not say.
    """

    model_config = ConfigDict(frozen=True)

    audience_id: int
    external_id: str | None
    people: int
    too_few: bool
    held: int
    waiting: int
    matched: tuple[int, int] | None
    uploads: list[Upload]


def sync_audience(audience_id: int, today: date | None = None) -> AudienceState:
    """Send what changed since last time. Safe at any time, twice at once, after any crash.

    Raises InputError on an unknown audience, ConfigurationError on one of an unknown account, PlatformError
    when the platform says no or nothing: what it has not confirmed is sent again by the next pass.
    """
    today = today or datetime.now(UTC).date()
    with _alone(audience_id) as audience:
        with database.connection() as connected:
            connected.execute(
                text("""UPDATE adflux.audience_upload SET outcome = 'interrupted', ended_at = now()
                        WHERE audience_id = :id AND outcome = 'sending'"""),
                {"id": audience_id},
            )
            agreed = members.weigh(
                connected,
                audience_id,
                audience.segment_id,
                audience.version_id,
                audience.purpose,
                today,
                FEWEST,
            )
            changed = connected.execute(
                text("""SELECT FROM adflux.audience_member
                        WHERE audience_id = :id AND state <> 'held' LIMIT 1"""),
                {"id": audience_id},
            ).first()
        external_id, matched = audience.external_id, _told(audience)
        uploads: list[Upload] = []
        if changed is not None:
            platform = open_audiences(audience.account_id)
            external_id = external_id or _found_or_made(platform, audience)
            actions: tuple[Action, ...] = ("remove",) if agreed < FEWEST else ("remove", "add")
            for action in actions:
                for kind in KINDS:
                    uploads += _upload(platform, audience_id, external_id, action, kind)
            matched = platform.size(external_id)
        return _state(audience_id, external_id, agreed, matched, uploads)


def list_audiences() -> list[int]:
    """Every audience there is."""
    with database.connection() as connected:
        return list(connected.execute(text("SELECT id FROM adflux.audience ORDER BY id")).scalars())


@contextmanager
def _alone(audience_id: int) -> Iterator[Row[tuple[object, ...]]]:
    """The audience, while no other process works on it: whoever comes second waits."""
    with database.connection() as lock:
        lock.execute(
            text("SELECT pg_advisory_xact_lock(hashtext('adflux.audience'), :id)"), {"id": audience_id}
        )
        with database.connection() as connected:
            row = connected.execute(
                text("SELECT * FROM adflux.audience WHERE id = :id"), {"id": audience_id}
            ).one_or_none()
        if row is None:
            raise InputError(f"audience {audience_id} does not exist: see `adflux list audiences`")
        yield row


def _found_or_made(platform: MetaAudiences, audience: Row[tuple[object, ...]]) -> str:
    """Its id. What was asked for before is looked for until the platform must know it, and only then made."""
    external_id = None
    if audience.asked_at is not None:
        external_id = platform.find(audience.token)
        patience = timedelta(seconds=settings().adflux_quiescence_seconds)
        if external_id is None and datetime.now(UTC) < audience.asked_at + patience:
            raise UnavailableError(
                f"audience {audience.id} was asked for and not answered: looked for again by the next pass",
                platform="meta",
            )
    if external_id is None:
        with database.connection() as connected:
            _set(connected, audience.id, "asked_at = now()")
        # Not the segment's name: it could say something of the people in it.
        external_id = platform.create(f"AdFlux audience {audience.id} {audience.token}")
    with database.connection() as connected:
        _set(connected, audience.id, "external_id = :value", external_id)
    return external_id


def _upload(
    platform: MetaAudiences, audience: int, external_id: str, action: Action, kind: str
) -> Iterator[Upload]:
    """One session, batch by batch; nothing where there is nothing to send."""
    state = "removing" if action == "remove" else "adding"
    session_id = secrets.randbits(62) + 1  # unique in the ad account, whichever database it serves
    after, done, received, number = b"", 0, Received(0, 0), 0
    while True:
        # Read anew for each batch: who left meanwhile is not sent.
        with database.connection() as connected:
            keys = members.waiting(connected, audience, state, kind, after, MOST_AT_ONCE + 1)
            if not keys:
                break
            if number == 0:
                _open(connected, audience, action, kind, session_id)
        number += 1
        batch = Batch(session_id, number, len(keys) <= MOST_AT_ONCE, keys[:MOST_AT_ONCE])
        received = _sent(platform, external_id, action, kind, batch)
        done += len(batch.hashes)
        if received.users < done:
            raise UnavailableError(f"Meta took {received.users} of {done} hashes", platform="meta")
        with database.connection() as connected:
            members.confirm(connected, audience, action, kind, batch.hashes)
            _note(connected, session_id, number, done, received, last=batch.last)
        after = batch.hashes[-1]
        if batch.last:
            break
    if number:
        yield Upload(
            action=action,
            kind=kind,
            batches=number,
            sent=done,
            received=received.users,
            invalid=received.invalid,
        )


def _sent(platform: MetaAudiences, external_id: str, action: Action, kind: str, batch: Batch) -> Received:
    for left in reversed(range(TRIES)):
        try:
            return platform.send(external_id, action, kind, batch)
        except AmbiguousError as unknown:
            if not left:
                raise UnavailableError(str(unknown), platform="meta") from None
    raise AssertionError("the last try returns or raises")


def _open(connected: Connection, audience: int, action: str, kind: str, session_id: int) -> None:
    connected.execute(
        text("""INSERT INTO adflux.audience_upload
                    (audience_id, action, kind, session_id, batches, sent, received, invalid, outcome)
                VALUES (:audience, :action, :kind, :session, 0, 0, 0, 0, 'sending')"""),
        {"audience": audience, "action": action, "kind": kind, "session": session_id},
    )


def _note(
    connected: Connection, session_id: int, batches: int, sent: int, received: Received, *, last: bool
) -> None:
    connected.execute(
        text("""UPDATE adflux.audience_upload SET batches = :batches, sent = :sent, received = :received,
                    invalid = :invalid, outcome = CASE WHEN :last THEN 'confirmed' ELSE outcome END,
                    ended_at = CASE WHEN :last THEN now() END
                WHERE session_id = :session"""),
        {
            "batches": batches,
            "sent": sent,
            "received": received.users,
            "invalid": received.invalid,
            "last": last,
            "session": session_id,
        },
    )


def _set(connected: Connection, audience: int, what: str, value: object = None) -> None:
    values = {"id": audience} | ({} if value is None else {"value": value})
    connected.execute(text(f"UPDATE adflux.audience SET {what} WHERE id = :id"), values)  # noqa: S608


def _told(audience: Row[tuple[object, ...]]) -> tuple[int, int] | None:
    return None if audience.matched_least is None else (audience.matched_least, audience.matched_most)


def _state(
    audience: int,
    external_id: str | None,
    people: int,
    matched: tuple[int, int] | None,
    uploads: list[Upload],
) -> AudienceState:
    least, most = matched or (None, None)
    with database.connection() as connected:
        row = connected.execute(
            text("""UPDATE adflux.audience SET matched_least = :least, matched_most = :most WHERE id = :id
                    RETURNING
                    (SELECT count(*) FROM adflux.audience_member WHERE audience_id = :id AND state = 'held')
                        AS held,
                    (SELECT count(*) FROM adflux.audience_member WHERE audience_id = :id AND state <> 'held')
                        AS waiting"""),
            {"id": audience, "least": least, "most": most},
        ).one()
    return AudienceState(
        audience_id=audience,
        external_id=external_id,
        people=people,
        too_few=people < FEWEST,
        held=row.held,
        waiting=row.waiting,
        matched=matched,
        uploads=uploads,
    )
