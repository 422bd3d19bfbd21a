"""Make the stored days of a window equal to what was read, touching only rows that differ.

A day whose rows digest to what they did last time is skipped before anything is sent. The others are staged
by COPY and compared where the old rows are. Revisions and rollups are the database's own triggers' work.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from psycopg import Cursor
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from adflux_core.advertising import AccountDay, MetricsWindow
from adflux_core.errors import DatabaseRefusedError
from adflux_core.metrics.day_rows import BUFFERED_ROWS, COLUMNS, DayReturnedError, by_day, digest
from adflux_core.schema.metrics import DayReading, MetricsSlice

VALUES = tuple(name for name in COLUMNS if name not in {"date_day", "ad_id"})
ANALYZED_FROM = 10_000  # rows; fewer are joined well without being counted first


@dataclass
class Staged:
    """A window of `read` rows: `sent` of them, the days that differ, are in the table `incoming`."""

    read: int = 0
    sent: int = 0
    digests: dict[date, bytes] = field(default_factory=dict)  # of the days that differ
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
    """Send the days that differ from what stands. Call it holding the account."""
    columns = ", ".join(f"{name} {kind} NOT NULL" for name, kind in COLUMNS.items())
    # Up to a million rows are joined here: without room for them in memory they would go through files.
    session.execute(text("SET LOCAL work_mem = '192MB'"))
    session.execute(text("SET LOCAL jit = off"))
    session.execute(text(f"CREATE TEMP TABLE incoming ({columns}) ON COMMIT DROP"))
    kept = select(DayReading.date_day, DayReading.digest).where(
        DayReading.platform == window.account.platform,
        DayReading.account_id == window.account.external_id,
        DayReading.date_day.between(window.since, window.until),
    )
    known = {day: found for day, found in session.execute(kept) if found}
    raw = session.connection().connection.driver_connection
    assert raw is not None
    with raw.cursor() as cursor:
        try:
            staged = _send(cursor, window, known, buffered)
        except DayReturnedError:
            # Too many to hold and not in their days' order: then all of them are held after all.
            cursor.execute("TRUNCATE incoming")
            staged = _send(cursor, window, known, sys.maxsize)
    if staged.sent >= ANALYZED_FROM:
        session.execute(text("ANALYZE incoming (date_day, ad_id)"))
    return staged


def _send(
    cursor: Cursor[tuple[object, ...]], window: MetricsWindow, known: Mapping[date, bytes], buffered: int
) -> Staged:
    staged, returned = Staged(), None
    with cursor.copy("COPY incoming FROM STDIN") as copy:
        try:
            for day in by_day(window.rows, buffered=buffered):
                encoded = day.encoded()
                staged.read += len(day.lines)
                staged.totals[day.day] = AccountDay(day.day, day.impressions, day.clicks, day.spend)
                found = digest(encoded)
                if known.get(day.day) != found:
                    staged.digests[day.day] = found
                    staged.sent += len(day.lines)
                    copy.write(encoded)
        except DayReturnedError as error:
            returned = error  # raised after the COPY has ended: one that fails would end the transaction, too
    if returned:
        raise returned
    empty = digest(b"")
    for number in range((window.until - window.since).days + 1):
        day_without = window.since + timedelta(number)
        if day_without not in staged.totals and known.get(day_without) != empty:
            staged.digests[day_without] = empty
    return staged


def replace(session: Session, staged: Staged, receipt: MetricsSlice) -> None:
    """Make the days that differ equal to what was staged, and count it on the receipt.

    Raises DatabaseRefusedError when somebody else changed rows of the account meanwhile.
    """
    if not staged.digests:
        return
    scope = {
        "platform": receipt.platform,
        "account": receipt.account_id,
        "days": list(staged.digests),
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
    restated = fresh = 0
    if stored and staged.sent:
        restated, fresh = _compare(session, scope)
    elif staged.sent:
        fresh = staged.sent
        _insert(session, scope, "incoming")
    if restated:
        _update(session, scope, restated)
    if stored and fresh:
        _insert(session, scope, "differing WHERE spot IS NULL")
    receipt.rows_changed = restated + fresh
    if stored > staged.sent - fresh:
        receipt.rows_deleted = _delete(session, scope)
    session.execute(
        text("""
            UPDATE adflux.day_reading SET digest = told.digest
            FROM unnest(CAST(:days AS date[]), CAST(:digests AS bytea[])) AS told(date_day, digest)
            WHERE platform = :platform AND account_id = :account AND day_reading.date_day = told.date_day
        """),
        scope | {"digests": list(staged.digests.values())},
    )


def _compare(session: Session, scope: Mapping[str, object]) -> tuple[int, int]:
    """Keep in the temporary table `differing` what is not so already. How many restated, how many fresh."""
    unlike = " OR ".join(f"kept.{name} <> incoming.{name}" for name in VALUES)
    session.execute(
        text(f"""
            CREATE TEMP TABLE differing ON COMMIT DROP AS
            SELECT incoming.*, kept.ctid AS spot
            FROM incoming LEFT JOIN adflux.ad_metrics AS kept
              ON kept.platform = :platform AND kept.account_id = :account
             AND kept.date_day = ANY(:days)
             AND kept.date_day = incoming.date_day AND kept.ad_id = incoming.ad_id
            WHERE kept.ad_id IS NULL OR {unlike}
        """),  # noqa: S608 - column names are ours
        scope,
    )
    restated, fresh = session.execute(text("SELECT count(spot), count(*) - count(spot) FROM differing")).one()
    return restated, fresh


def _update(session: Session, scope: Mapping[str, object], expected: int) -> None:
    # By where the row lies: that spares finding it by its key a second time.
    updated = session.execute(
        text(f"""
            UPDATE adflux.ad_metrics AS kept
            SET {", ".join(f"{name} = differing.{name}" for name in VALUES)},
                slice_id = :slice, as_of = :instant
            FROM differing
            WHERE kept.ctid = spot AND kept.platform = :platform AND kept.account_id = :account
              AND kept.date_day = differing.date_day AND kept.ad_id = differing.ad_id
        """),  # noqa: S608 - column names are ours
        scope,
    )
    if updated.rowcount != expected:  # type: ignore[attr-defined]
        raise DatabaseRefusedError(
            "somebody else changed rows of ad_metrics while a slice was written: sync again"
        )


def _insert(session: Session, scope: Mapping[str, object], source: str) -> None:
    names = ", ".join(COLUMNS)
    session.execute(
        text(f"""
            INSERT INTO adflux.ad_metrics (platform, account_id, {names}, slice_id, as_of)
            SELECT :platform, :account, {names}, :slice, :instant FROM {source}
        """),  # noqa: S608 - column and table names are ours
        scope,
    )


def _delete(session: Session, scope: Mapping[str, object]) -> int:
    deleted = session.execute(
        text("""
            DELETE FROM adflux.ad_metrics AS kept
            WHERE platform = :platform AND account_id = :account AND date_day = ANY(:days)
              AND NOT EXISTS (SELECT FROM incoming
                              WHERE incoming.date_day = kept.date_day AND incoming.ad_id = kept.ad_id)
        """),
        scope,
    )
    count: int = deleted.rowcount  # type: ignore[attr-defined]
    return count
