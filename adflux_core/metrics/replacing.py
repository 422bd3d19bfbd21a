"""Make the stored days of a window equal to what was read, touching only rows that differ.

Each day's fingerprints of last time say which rows to send. Those are staged by COPY and compared where the
old rows are. Revisions and rollups are the database's own triggers' work.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from operator import itemgetter

from sqlalchemy import and_, func, select, text
from sqlalchemy.orm import Session

from adflux_core.advertising import AccountDay, AdMetrics, MetricsWindow
from adflux_core.metrics.day_rows import (
    BUFFERED_ROWS,
    COLUMNS,
    NO_ROWS,
    Ads,
    DayReturnedError,
    by_day,
    copy_lines,
    fingerprints,
    unpacked,
)
from adflux_core.schema.metrics import DayFingerprints, DayReading, MetricsSlice

VALUES = tuple(name for name in COLUMNS if name not in {"date_day", "ad_id"})
ANALYZED_FROM = 10_000  # rows; fewer are joined well without being counted first
_IMPRESSIONS, _CLICKS, _SPEND = (itemgetter(place) for place in (5, 6, 8))


@dataclass
class Staged:
    """A window of `read` rows: `sent` of them, those that differ, are in the table `incoming`.

    Of the days of `whole`, all rows are there: ads came or went. Of those of `restated`, only rows that say
    something else. The fingerprints of both are in the table `seen`.
    """

    read: int = 0
    sent: int = 0
    whole: list[date] = field(default_factory=list)
    restated: list[date] = field(default_factory=list)
    totals: dict[date, AccountDay] = field(default_factory=dict)

    @property
    def spend(self) -> Decimal:
        return sum((total.spend for total in self.totals.values()), Decimal(0))


def hold_account(session: Session, platform: str, account_id: str) -> datetime:
    """Wait for every other sync of this account, and give the instant that all we write will bear."""
    account = f"adflux.metrics/{platform}/{account_id}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(account))))
    instant: datetime = session.execute(text("SELECT adflux.metrics_instant()")).scalar_one()
    return instant


def stage(session: Session, window: MetricsWindow, *, buffered: int = BUFFERED_ROWS) -> Staged:
    """Send the rows that differ from what stands. Call it holding the account."""
    columns = ", ".join(f"{name} {kind} NOT NULL" for name, kind in COLUMNS.items())
    # Up to a million rows are joined here: without room for them in memory they would go through files.
    session.execute(text("SET LOCAL work_mem = '192MB'"))
    session.execute(text("SET LOCAL jit = off"))
    session.execute(text(f"CREATE TEMP TABLE incoming ({columns}) ON COMMIT DROP"))
    session.execute(
        text("CREATE TEMP TABLE seen (date_day date, digest bytea, fingerprints bytea) ON COMMIT DROP")
    )
    try:
        staged = _send(session, window, buffered)
    except DayReturnedError:
        # Too many to hold and not in their days' order: then all of them are held after all.
        session.execute(text("TRUNCATE incoming, seen"))
        staged = _send(session, window, sys.maxsize)
    if staged.sent >= ANALYZED_FROM:
        session.execute(text("ANALYZE incoming (date_day, ad_id)"))
    return staged


def _send(session: Session, window: MetricsWindow, buffered: int) -> Staged:
    staged, ads = Staged(), Ads()
    for days in by_day(window.rows, buffered=buffered):
        known = _known(session, window, list(days))
        differing: list[AdMetrics] = []
        seen: dict[date, bytes] = {}
        for day, rows in days.items():
            staged.read += len(rows)
            staged.totals[day] = _total(day, rows)
            found = fingerprints(rows, ads)
            before, ads_before = unpacked(known.get(day, NO_ROWS))
            if (len(rows), found.ads) != (len(before), ads_before):
                staged.whole.append(day)
                differing += rows
            elif others := [row for row, one in zip(rows, found.rows, strict=True) if one not in before]:
                staged.restated.append(day)
                differing += others
            else:
                continue
            seen[day] = found.packed()
        staged.sent += len(differing)
        _copy(session, copy_lines(differing), seen)
    _empty_days(session, window, staged)
    return staged


def _known(session: Session, window: MetricsWindow, days: Sequence[date]) -> dict[date, bytes]:
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
    return dict(session.execute(kept).all())


def _copy(session: Session, lines: bytes, seen: Mapping[date, bytes]) -> None:
    raw = session.connection().connection.driver_connection
    assert raw is not None
    with raw.cursor() as cursor:
        if lines:
            with cursor.copy(f"COPY incoming ({', '.join(COLUMNS)}) FROM STDIN") as copy:
                copy.write(lines)
        if seen:
            with cursor.copy("COPY seen FROM STDIN") as copy:
                for day, found in seen.items():
                    copy.write_row((day, blake2b(found, digest_size=16).digest(), found))


def _empty_days(session: Session, window: MetricsWindow, staged: Staged) -> None:
    every = [window.since + timedelta(number) for number in range((window.until - window.since).days + 1)]
    without = [day for day in every if day not in staged.totals]
    known = _known(session, window, without) if without else {}
    emptied = [day for day in without if known.get(day) != NO_ROWS]
    staged.whole += emptied
    _copy(session, b"", dict.fromkeys(emptied, NO_ROWS))


def _total(day: date, rows: Sequence[AdMetrics]) -> AccountDay:
    return AccountDay(
        day,
        sum(map(_IMPRESSIONS, rows)),
        sum(map(_CLICKS, rows)),
        sum(map(_SPEND, rows), Decimal(0)),
    )


def replace(session: Session, staged: Staged, receipt: MetricsSlice) -> None:
    """Make the days that differ equal to what was staged, and count it on the receipt."""
    days = [*staged.whole, *staged.restated]
    if not days:
        return
    scope = {
        "platform": receipt.platform,
        "account": receipt.account_id,
        "days": days,
        "whole": staged.whole,
        "slice": receipt.id,
        "instant": receipt.read_at,
    }
    session.execute(
        text("SELECT set_config('adflux.metrics_slice', :slice, true)"), {"slice": str(receipt.id)}
    )
    stored = session.execute(
        text("""
            SELECT coalesce(sum(ads), 0)::bigint FROM adflux.account_day
            WHERE platform = :platform AND account_id = :account AND date_day = ANY(:days)
        """),
        scope,
    ).scalar_one()
    if stored and staged.sent:
        receipt.rows_changed = _update(session, scope)
    if staged.whole:
        if stored:
            receipt.rows_deleted = _delete(session, scope)
        if staged.sent:
            receipt.rows_changed += _insert(session, scope, fresh=not stored)
    _keep_fingerprints(session, scope)


def _update(session: Session, scope: Mapping[str, object]) -> int:
    unlike = " OR ".join(f"kept.{name} <> incoming.{name}" for name in VALUES)
    return _count(
        session,
        f"""
            UPDATE adflux.ad_metrics AS kept
            SET {", ".join(f"{name} = incoming.{name}" for name in VALUES)},
                slice_id = :slice, as_of = :instant
            FROM incoming
            WHERE kept.platform = :platform AND kept.account_id = :account AND kept.date_day = ANY(:days)
              AND kept.date_day = incoming.date_day AND kept.ad_id = incoming.ad_id AND ({unlike})
        """,  # noqa: S608 - column names are ours
        scope,
    )


def _insert(session: Session, scope: Mapping[str, object], *, fresh: bool) -> int:
    """`fresh`: nothing of these days is stored."""
    names = ", ".join(COLUMNS)
    absent = """
        WHERE date_day = ANY(:whole) AND NOT EXISTS (
            SELECT FROM adflux.ad_metrics AS kept
            WHERE kept.platform = :platform AND kept.account_id = :account AND kept.date_day = ANY(:whole)
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
            WHERE platform = :platform AND account_id = :account AND date_day = ANY(:whole)
              AND NOT EXISTS (SELECT FROM incoming
                              WHERE incoming.date_day = kept.date_day AND incoming.ad_id = kept.ad_id)
        """,
        scope,
    )


def _keep_fingerprints(session: Session, scope: Mapping[str, object]) -> None:
    # After the rows: a trigger forgets the digest of every day whose rows change.
    session.execute(
        text("""
            INSERT INTO adflux.day_fingerprints (platform, account_id, date_day, digest, fingerprints)
            SELECT :platform, :account, date_day, digest, fingerprints FROM seen
            ON CONFLICT (platform, account_id, date_day)
            DO UPDATE SET digest = excluded.digest, fingerprints = excluded.fingerprints
        """),
        scope,
    )
    session.execute(
        text("""
            UPDATE adflux.day_reading SET digest = seen.digest FROM seen
            WHERE platform = :platform AND account_id = :account AND day_reading.date_day = seen.date_day
        """),
        scope,
    )


def _count(session: Session, statement: str, scope: Mapping[str, object]) -> int:
    count: int = session.execute(text(statement), scope).rowcount  # type: ignore[attr-defined]
    return count
