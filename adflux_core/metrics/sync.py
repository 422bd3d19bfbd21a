"""Read a window of an account's daily numbers and make ours equal to it, in one transaction.

Platforms restate days, leave out all-zero rows and let rows vanish, so nothing is appended: within the
window, what the platform says is what stands. Only rows that differ are written.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.advertising import Account, AccountDay, AdPlatform, MetricsWindow, PlatformName
from adflux_core.campaigns.seen_accounts import remember_account
from adflux_core.errors import InputError, PlatformError, TooMuchDataError, ValidationError
from adflux_core.metrics.evidence import Evidence
from adflux_core.metrics.late_reports import ReportingPlatform, Wait, read_late
from adflux_core.metrics.replacing import Replaced, hold_account, replace
from adflux_core.schema.metrics import MetricsSlice
from adflux_core.schema.publication import AdAccount

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
    that makes no sense, and what the platform raises when it cannot be read; that leaves a receipt, too, or
    nobody would know that these days were asked for.
    """
    try:
        account = platform.account()
    except PlatformError as failure:
        if known := remembered(platform):
            asked = _Asked(known, *days_asked(known.time_zone, since, until, today, days), run_id)
            _unread(asked, str(failure))
        raise
    asked = _Asked(account, *days_asked(account.time_zone, since, until, today, days), run_id)
    with Evidence() as seen:
        try:
            window = _read(platform, account, asked.since, asked.until, wait, seen)
            return _replaced(window, asked, seen)
        except ValidationError as lie:
            # Its rows may have been staged when the one that lies was met: that transaction is gone.
            return _unread(asked, str(lie), seen)
        except PlatformError as failure:
            _unread(asked, str(failure))
            raise


class _Asked(NamedTuple):
    """A window that was asked for; of an account that does not answer, as it was when it last did."""

    account: Account | AdAccount
    since: date
    until: date
    today: date
    run_id: str


def remembered(platform: AdPlatform) -> AdAccount | None:
    """The account as it was when it last answered; None when it never did."""
    with database.transaction() as session:
        return session.get(AdAccount, (platform.name, platform.account_id))


def days_asked(
    time_zone: str, since: date | None, until: date | None, today: date | None, days: int
) -> tuple[date, date, date]:
    """First and last day, and the account's day on which they are read. Raises InputError."""
    today = today or datetime.now(ZoneInfo(time_zone)).date()
    until = until or today - timedelta(days=1)
    since = since or until - timedelta(days=days - 1)
    if since > until:
        raise InputError(f"--since {since} is after --until {until}: swap them")
    if until > today or (until - since).days > LONGEST_DAYS:
        raise InputError(f"{since} to {until}: choose at most {LONGEST_DAYS} days, none in the future")
    return since, until, today


def _read(
    platform: AdPlatform, account: Account, since: date, until: date, wait: Wait, seen: Evidence
) -> MetricsWindow:
    try:
        return platform.read_metrics(since, until, seen)
    except TooMuchDataError:
        if not isinstance(platform, ReportingPlatform):
            raise
    seen.forget_from(0)
    return read_late(platform, (account.platform, account.external_id), since, until, wait, seen)


def _replaced(window: MetricsWindow, asked: _Asked, seen: Evidence) -> SliceReceipt:
    """One transaction. Of what does not add up the old numbers stand, and only the receipt is kept."""
    account = window.account
    with database.transaction() as session:
        remember_account(session, account)
        instant = hold_account(session, account.platform, account.external_id)
        with session.begin_nested() as written:
            kept = _kept(session, asked, instant)
            done = replace(session, window, kept)
            reason = incomplete(window.totals, done.totals)
            if reason:
                written.rollback()
        if reason:
            kept = _kept(session, asked, instant, reason)
            done = Replaced(read=done.read, totals=done.totals)
        kept.pages = window.pages
        kept.rows_read, kept.spend = done.read, done.spend
        kept.rows_changed, kept.rows_deleted = done.changed, done.deleted
        seen.store(session, kept)
        return receipt_of(kept)


def _unread(asked: _Asked, reason: str, seen: Evidence | None = None) -> SliceReceipt:
    """Nothing of the window can be believed: the old numbers stand, and the receipt says why.

    `seen` is what came until then; without it, there was no answer.
    """
    with database.transaction() as session:
        instant = hold_account(session, asked.account.platform, asked.account.external_id)
        kept = _kept(session, asked, instant, reason, answered=seen is not None)
        if seen:
            seen.store(session, kept)
        return receipt_of(kept)


def _kept(
    session: Session, asked: _Asked, instant: datetime, reason: str = "", *, answered: bool = True
) -> MetricsSlice:
    """Written before the rows, which name it; what was read is not known yet."""
    kept = MetricsSlice(
        platform=asked.account.platform,
        account_id=asked.account.external_id,
        since=asked.since,
        until=asked.until,
        pages=0,
        rows_read=0,
        rows_changed=0,
        rows_deleted=0,
        spend=Decimal(0),
        currency=asked.account.currency,
        complete=not reason,
        answered=answered,
        reason=reason,
        read_at=instant,
        read_on=asked.today,
        run_id=asked.run_id,
    )
    session.add(kept)
    session.flush()
    return kept


def receipt_of(kept: MetricsSlice) -> SliceReceipt:
    """What the stored one says."""
    return SliceReceipt(
        slice_id=kept.id,
        platform=PlatformName(kept.platform),
        account_id=kept.account_id,
        since=kept.since,
        until=kept.until,
        read=kept.rows_read,
        stored=kept.rows_read if kept.complete else 0,
        changed=kept.rows_changed,
        deleted=kept.rows_deleted,
        complete=kept.complete,
        reason=kept.reason,
    )


def incomplete(totals: Sequence[AccountDay], sums: Mapping[date, AccountDay]) -> str:
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
