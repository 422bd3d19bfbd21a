"""Read a window of an account's daily numbers and make ours equal to it, in one transaction.

Platforms restate days, leave out all-zero rows and let rows vanish, so nothing is appended: within the
window, what the platform says is what stands. Only rows that differ are written.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.advertising import Account, AccountDay, AdPlatform, MetricsWindow, PlatformName
from adflux_core.campaigns.drafting import remember_account
from adflux_core.errors import InputError, TooMuchDataError, ValidationError
from adflux_core.metrics.late_reports import ReportingPlatform, Wait, read_late
from adflux_core.metrics.replacing import Replaced, hold_account, replace
from adflux_core.schema.metrics import MetricsSlice

RESTATED_DAYS = 30  # Meta restates for 28 days; what Google adds later, up to 90, is read each week
LONGEST_DAYS = 1_100  # 37 months is as far back as Meta answers


class SliceReceipt(BaseModel):
    """One window as it was read. `complete` false: the old numbers stand and `reason` says why."""

    model_config = ConfigDict(frozen=True)

    slice_id: int
    platform: PlatformName
    account_id: str
    since: date
    until: date
    read: int
    stored: int
    changed: int
    deleted: int
    complete: bool
    reason: str


def sync_metrics(
    platform: AdPlatform,
    *,
    since: date | None = None,
    until: date | None = None,
    today: date | None = None,
    days: int = RESTATED_DAYS,
    run_id: str = "",
    wait: Wait = time.sleep,
) -> SliceReceipt:
    """Replace [since, until]; by default the last `days` whole days before the account's `today`.

    A row that cannot be makes the slice incomplete, and is named as its reason. Raises InputError on a window
    that makes no sense, and what the platform raises when it cannot be read.
    """
    account = platform.account()
    today = today or datetime.now(ZoneInfo(account.time_zone)).date()
    until = until or today - timedelta(days=1)
    since = since or until - timedelta(days=days - 1)
    if since > until:
        raise InputError(f"--since {since} is after --until {until}: swap them")
    if until > today or (until - since).days > LONGEST_DAYS:
        raise InputError(f"{since} to {until}: choose at most {LONGEST_DAYS} days, none in the future")
    try:
        window = _read(platform, account, since, until, wait)
        return _replaced(window, today, run_id)
    except ValidationError as lie:
        # Its rows may have been staged when the one that lies was met: that transaction is gone.
        unread = MetricsWindow(account=account, since=since, until=until, rows=(), totals=(), pages=0)
        return _replaced(unread, today, run_id, reason=str(lie))


def _read(platform: AdPlatform, account: Account, since: date, until: date, wait: Wait) -> MetricsWindow:
    try:
        return platform.read_metrics(since, until)
    except TooMuchDataError:
        if not isinstance(platform, ReportingPlatform):
            raise
    return read_late(platform, (account.platform, account.external_id), since, until, wait)


def _replaced(window: MetricsWindow, today: date, run_id: str, reason: str = "") -> SliceReceipt:
    """One transaction. With a reason already, the old numbers stand and only the receipt is kept."""
    account = window.account
    with database.transaction() as session:
        remember_account(session, account)
        instant = hold_account(session, account.platform, account.external_id)
        done = Replaced()
        if not reason:
            with session.begin_nested() as written:
                receipt = _receipt(session, window, instant, today, run_id)
                done = replace(session, window, receipt)
                reason = _incomplete(window.totals, done.totals)
                if reason:
                    written.rollback()
        if reason:
            receipt = _receipt(session, window, instant, today, run_id, reason)
            done = Replaced(read=done.read, totals=done.totals)
        receipt.pages = window.pages
        receipt.rows_read, receipt.spend = done.read, done.spend
        receipt.rows_changed, receipt.rows_deleted = done.changed, done.deleted
        return SliceReceipt(
            slice_id=receipt.id,
            platform=account.platform,
            account_id=account.external_id,
            since=window.since,
            until=window.until,
            read=done.read,
            stored=0 if reason else done.read,
            changed=done.changed,
            deleted=done.deleted,
            complete=not reason,
            reason=reason,
        )


def _receipt(
    session: Session, window: MetricsWindow, instant: datetime, today: date, run_id: str, reason: str = ""
) -> MetricsSlice:
    """Written before the rows, which name it; what was read is not known yet."""
    receipt = MetricsSlice(
        platform=window.account.platform,
        account_id=window.account.external_id,
        since=window.since,
        until=window.until,
        pages=0,
        rows_read=0,
        rows_changed=0,
        rows_deleted=0,
        spend=Decimal(0),
        currency=window.account.currency,
        complete=not reason,
        reason=reason,
        read_at=instant,
        read_on=today,
        run_id=run_id,
    )
    session.add(receipt)
    session.flush()
    return receipt


def _incomplete(totals: Sequence[AccountDay], sums: Mapping[date, AccountDay]) -> str:
    """Why the ad rows do not add up to the account's own totals; empty when they do."""
    for theirs in totals:
        ours = sums.get(theirs.date_day) or AccountDay(theirs.date_day, 0, 0, Decimal(0))
        if ours != theirs:
            return (
                f"{theirs.date_day}: the ads add up to {ours.impressions} impressions, {ours.clicks} clicks "
                f"and {ours.spend} spent; the account says {theirs.impressions}, {theirs.clicks} "
                f"and {theirs.spend}"
            )
    unaccounted = set(sums) - {total.date_day for total in totals}
    return f"{min(unaccounted)}: ads have numbers and the account has none" if unaccounted else ""
