"""Make the stored days of a window equal to what was read, touching only rows that differ.

Each day's fingerprints of last time say which rows to send. Those are staged by COPY and compared where the
old rows are, some days at a time: while the server writes some, the next are read and compared here.
Revisions and rollups are the database's own triggers' work.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from operator import itemgetter

from sqlalchemy import Connection, and_, func, select, text
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.advertising import AccountDay, AdMetrics, MetricsWindow
from adflux_core.metrics.day_rows import (
    BUFFERED_ROWS,
    COLUMNS,
    NO_ROWS,
    RESTATED_COLUMNS,
    Ads,
    DayReturnedError,
    by_day,
    copy_lines,
    fingerprints,
    unpacked,
)
from adflux_core.schema.metrics import DayFingerprints, DayReading, MetricsSlice

KEY = ("date_day", "ad_id")
_IMPRESSIONS, _CLICKS, _SPEND = (itemgetter(place) for place in (5, 6, 8))


@dataclass
class Replaced:
    """What became of a window: rows read, rows sent since they differ, what was written, each day's sums."""

    read: int = 0
    sent: int = 0
    changed: int = 0
    deleted: int = 0
    totals: dict[date, AccountDay] = field(default_factory=dict)

    @property
    def spend(self) -> Decimal:
        return sum((total.spend for total in self.totals.values()), Decimal(0))


@dataclass
class Batch:
    """Days of which something differs, each with its packed fingerprints, and their rows as COPY takes them.

    To `whole` ones ads came, or went from them: all rows are there. Of `restated` ones only those that say
    something else.
    """

    whole: dict[date, bytes] = field(default_factory=dict)
    restated: dict[date, bytes] = field(default_factory=dict)
    whole_lines: bytes = b""
    restated_lines: bytes = b""


def hold_account(session: Session, platform: str, account_id: str) -> datetime:
    """Wait for every other sync of this account, and give the instant that all we write will bear."""
    account = f"adflux.metrics/{platform}/{account_id}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(account))))
    instant: datetime = session.execute(text("SELECT adflux.metrics_instant()")).scalar_one()
    return instant


def replace(
    session: Session,
    window: MetricsWindow,
    receipt: MetricsSlice,
    *,
    buffered: int = BUFFERED_ROWS,
    reparsed_at: datetime | None = None,
) -> Replaced:
    """Make the window's days equal to its rows. Call it holding the account, with the receipt written.

    `reparsed_at`: when the pages of an older receipt are parsed again. What differs then was not restated by
    the platform, so the revisions name no reading that brought it.
    """
    # A day's rows are joined here: without room for them in memory they would go through files.
    session.execute(text("SET LOCAL work_mem = '192MB'"))
    session.execute(text("SET LOCAL jit = off"))
    brought_by = "" if reparsed_at else str(receipt.id)
    session.execute(select(func.set_config("adflux.metrics_slice", brought_by, True)))
    instant = {"instant": reparsed_at or receipt.read_at}
    scope = {"platform": receipt.platform, "account": receipt.account_id, "slice": receipt.id}
    try:
        with session.begin_nested():
            return _replace(session, window, scope | instant, buffered)
    except DayReturnedError:
        # Too many to hold and not in their days' order: then all of them are held after all.
        return _replace(session, window, scope | instant, sys.maxsize)


def _replace(session: Session, window: MetricsWindow, scope: Mapping[str, object], buffered: int) -> Replaced:
    done, ads = Replaced(), Ads()
    for table, columns in {"incoming": COLUMNS, "restated": RESTATED_COLUMNS}.items():
        told = ", ".join(f"{name} {COLUMNS[name]} NOT NULL" for name in columns)
        session.execute(text(f"CREATE TEMP TABLE {table} ({told}) ON COMMIT DROP"))
    # What stood is asked for beside the transaction, which is busy. Nobody else writes the account.
    with database.autocommit() as beside, ThreadPoolExecutor(1) as server:
        writing: Future[None] | None = None
        try:
            for days in by_day(window.rows, buffered=buffered):
                batch = _compared(days, _known(beside, window, days), ads, done)
                days.clear()  # or they would be held until the next are all read
                if writing:
                    writing.result()
                writing = server.submit(_write, session, scope, batch, done)
        finally:
            if writing:
                writing.result()  # a connection that is gone is the better reason, whatever else there was
        every = [window.since + timedelta(number) for number in range((window.until - window.since).days + 1)]
        without = [day for day in every if day not in done.totals]
        known = _known(beside, window, without)
        emptied = {day: NO_ROWS for day in without if known.get(day) != NO_ROWS}
        _write(session, scope, Batch(whole=emptied), done)
    return done


def _compared(
    days: Mapping[date, list[AdMetrics]], known: Mapping[date, bytes], ads: Ads, done: Replaced
) -> Batch:
    batch = Batch()
    whole, restated = list[AdMetrics](), list[AdMetrics]()
    for day, rows in days.items():
        done.read += len(rows)
        done.totals[day] = _total(day, rows)
        found = fingerprints(rows, ads)
        before, ads_before = unpacked(known.get(day, NO_ROWS))
        if (len(rows), found.ads) != (len(before), ads_before):
            batch.whole[day] = found.packed()
            whole += rows
        elif others := [row for row, one in zip(rows, found.rows, strict=True) if one not in before]:
            batch.restated[day] = found.packed()
            restated += others
    done.sent += len(whole) + len(restated)
    batch.whole_lines = copy_lines(whole, COLUMNS)
    batch.restated_lines = copy_lines(restated, RESTATED_COLUMNS)
    return batch


def _known(beside: Connection, window: MetricsWindow, days: Collection[date]) -> dict[date, bytes]:
    """The fingerprints of the days that are still as they were when those were taken."""
    kept = (
        select(DayFingerprints.date_day, DayFingerprints.fingerprints)
        .join(
            DayReading,
            and_(
                DayReading.platform == DayFingerprints.platform,
                DayReading.account_id == DayFingerprints.account_id,
                DayReading.date_day == DayFingerprints.date_day,
                DayReading.digest == DayFingerprints.digest,
            ),
        )
        .where(
            DayFingerprints.platform == window.account.platform,
            DayFingerprints.account_id == window.account.external_id,
            DayFingerprints.date_day.in_(days),
        )
    )
    return dict(beside.execute(kept).all()) if days else {}


def _total(day: date, rows: Sequence[AdMetrics]) -> AccountDay:
    return AccountDay(
        day,
        sum(map(_IMPRESSIONS, rows)),
        sum(map(_CLICKS, rows)),
        sum(map(_SPEND, rows), Decimal(0)),
    )


def _write(session: Session, scope: Mapping[str, object], batch: Batch, done: Replaced) -> None:
    if batch.restated:
        here = {**scope, "days": [*batch.restated]}
        _copy(session, "restated", RESTATED_COLUMNS, batch.restated_lines)
        # Without statistics the old rows would all be hashed to be met by the few; with them they are merged.
        session.execute(text("ANALYZE restated (date_day, ad_id)"))
        done.changed += _update(session, here, "restated", RESTATED_COLUMNS)
    if batch.whole:
        here = {**scope, "days": [*batch.whole]}
        _copy(session, "incoming", COLUMNS, batch.whole_lines)
        stored = session.execute(
            text("""
                SELECT coalesce(sum(ads), 0)::bigint FROM adflux.account_day
                WHERE platform = :platform AND account_id = :account AND date_day = ANY(:days)
            """),
            here,
        ).scalar_one()
        if stored:
            done.changed += _update(session, here, "incoming", COLUMNS)
            done.deleted += _delete(session, here)
        done.changed += _insert(session, here, fresh=not stored)
    if seen := {**batch.restated, **batch.whole}:
        _keep_fingerprints(session, scope, seen)


def _copy(session: Session, table: str, columns: Collection[str], lines: bytes) -> None:
    raw = session.connection().connection.driver_connection
    assert raw is not None
    with raw.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
        if lines:
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                copy.write(lines)


def _update(session: Session, scope: Mapping[str, object], table: str, columns: Collection[str]) -> int:
    values = [name for name in columns if name not in KEY]
    return _count(
        session,
        f"""
            UPDATE adflux.ad_metrics AS kept
            SET {", ".join(f"{name} = told.{name}" for name in values)}, slice_id = :slice, as_of = :instant
            FROM {table} AS told
            WHERE kept.platform = :platform AND kept.account_id = :account AND kept.date_day = ANY(:days)
              AND kept.date_day = told.date_day AND kept.ad_id = told.ad_id
              AND ({" OR ".join(f"kept.{name} <> told.{name}" for name in values)})
        """,  # noqa: S608 - names are ours
        scope,
    )


def _insert(session: Session, scope: Mapping[str, object], *, fresh: bool) -> int:
    """`fresh`: nothing of these days is stored."""
    names = ", ".join(COLUMNS)
    absent = """
        WHERE NOT EXISTS (
            SELECT FROM adflux.ad_metrics AS kept
            WHERE kept.platform = :platform AND kept.account_id = :account AND kept.date_day = ANY(:days)
              AND kept.date_day = incoming.date_day AND kept.ad_id = incoming.ad_id
        )
    """
    return _count(
        session,
        f"""
            INSERT INTO adflux.ad_metrics (platform, account_id, {names}, slice_id, as_of)
            SELECT :platform, :account, {names}, :slice, :instant FROM incoming {"" if fresh else absent}
        """,  # noqa: S608 - column names are ours
        scope,
    )


def _delete(session: Session, scope: Mapping[str, object]) -> int:
    return _count(
        session,
        """
            DELETE FROM adflux.ad_metrics AS kept
            WHERE platform = :platform AND account_id = :account AND date_day = ANY(:days)
              AND NOT EXISTS (SELECT FROM incoming
                              WHERE incoming.date_day = kept.date_day AND incoming.ad_id = kept.ad_id)
        """,
        scope,
    )


def _keep_fingerprints(session: Session, scope: Mapping[str, object], seen: Mapping[date, bytes]) -> None:
    # After the rows: a trigger forgets the digest of every day whose rows change.
    told = {
        **scope,
        "days": [*seen],
        "digests": [blake2b(found, digest_size=16).digest() for found in seen.values()],
        "seen": [*seen.values()],
    }
    session.execute(
        text("""
            INSERT INTO adflux.day_fingerprints (platform, account_id, date_day, digest, fingerprints)
            SELECT :platform, :account, *
            FROM unnest(CAST(:days AS date[]), CAST(:digests AS bytea[]), CAST(:seen AS bytea[]))
            ON CONFLICT (platform, account_id, date_day)
            DO UPDATE SET digest = excluded.digest, fingerprints = excluded.fingerprints
        """),
        told,
    )
    session.execute(
        text("""
            UPDATE adflux.day_reading SET digest = seen.digest
            FROM unnest(CAST(:days AS date[]), CAST(:digests AS bytea[])) AS seen (date_day, digest)
            WHERE platform = :platform AND account_id = :account AND day_reading.date_day = seen.date_day
        """),
        told,
    )


def _count(session: Session, statement: str, scope: Mapping[str, object]) -> int:
    count: int = session.execute(text(statement), scope).rowcount  # type: ignore[attr-defined]
    return count
