"""Kept pages parsed again with today's parser, and the stored rows made equal to that: nothing is fetched.

Only days whose newest complete reading is the receipt's are touched: an older page says nothing of a day
that was read again since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace as altered
from datetime import date, timedelta
from itertools import groupby
from typing import Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from adflux_core import database
from adflux_core.advertising import Account, AdMetrics, AdPlatform, MetricsWindow, PlatformName
from adflux_core.errors import InputError, ValidationError
from adflux_core.metrics.evidence import kept_pages
from adflux_core.metrics.replacing import Replaced, hold_account, replace
from adflux_core.metrics.sync import incomplete
from adflux_core.money import Money
from adflux_core.platforms import AccountKey
from adflux_core.schema.metrics import DayReading, MetricsSlice
from adflux_core.schema.publication import AdAccount
from adflux_core.witness import Kept


@runtime_checkable
class ParsingPlatform(Protocol):
    """An `AdPlatform` whose pages can be parsed without asking it."""

    def parse_metrics(self, account: Account, since: date, until: date, kept: Kept) -> MetricsWindow:
        """What `read_metrics` made of these replies. Raises ValidationError."""
        ...


class Reparsed(BaseModel):
    """Days of one receipt. `reason`: why nothing was changed, or empty."""

    model_config = ConfigDict(frozen=True)

    slice_id: int
    platform: PlatformName
    account_id: str
    since: date
    until: date
    read: int
    changed: int
    deleted: int
    reason: str


def readings(
    *, slice_id: int | None = None, since: date | None = None, until: date | None = None
) -> dict[AccountKey, dict[int, list[date]]]:
    """By account, the receipts by which the days of a window stand, or one receipt, and those days.

    Raises InputError when there are none.
    """
    wanted = select(DayReading).order_by(DayReading.slice_id, DayReading.date_day)
    if slice_id:
        wanted = wanted.where(DayReading.slice_id == slice_id)
    if since or until:
        wanted = wanted.where(DayReading.date_day.between(since or date.min, until or date.max))
    found: dict[AccountKey, dict[int, list[date]]] = {}
    with database.transaction() as session:
        for day in session.scalars(wanted):
            of_account = found.setdefault(AccountKey(PlatformName(day.platform), day.account_id), {})
            of_account.setdefault(day.slice_id, []).append(day.date_day)
    if not found:
        raise InputError(
            f"no stored day stands by receipt {slice_id}: it was not complete, or its days were read since"
            if slice_id
            else f"no day from {since or 'the first'} to {until or 'the last'} was read completely: sync it"
        )
    return found


def reparse(platform: AdPlatform, slice_id: int, days: Sequence[date]) -> list[Reparsed]:
    """Make these days, which stand by one receipt, what today's parser reads in its pages.

    Each stretch of days is one transaction. Raises RefusedError when a page is missing or not as it was.
    """
    if not isinstance(platform, ParsingPlatform):
        raise InputError(f"the pages of {platform.name} cannot be parsed without asking it: sync instead")
    with database.transaction() as session:
        receipt = session.get_one(MetricsSlice, slice_id)
        known = session.get_one(AdAccount, (receipt.platform, receipt.account_id))
    account = Account(
        platform=platform.name,
        external_id=receipt.account_id,
        name=known.name,
        currency=receipt.currency,
        time_zone=known.time_zone,
        smallest_daily_budget=Money(currency=receipt.currency, minor=0),  # of no concern here
    )
    kept = kept_pages(receipt)
    done = []
    for since, until in _stretches(days):
        try:
            window = platform.parse_metrics(account, receipt.since, receipt.until, kept)
            made, reason = _replaced(_within(window, since, until), receipt.id)
        except ValidationError as lie:
            made, reason = Replaced(), str(lie)
        done.append(
            Reparsed(
                slice_id=receipt.id,
                platform=platform.name,
                account_id=receipt.account_id,
                since=since,
                until=until,
                read=made.read,
                changed=made.changed,
                deleted=made.deleted,
                reason=reason,
            )
        )
    return done


class _Rows:
    """Those of some days, read anew each time."""

    def __init__(self, window: MetricsWindow, since: date, until: date) -> None:
        self._window, self._since, self._until = window, since, until

    def __iter__(self) -> Iterator[AdMetrics]:
        return (row for row in self._window.rows if self._since <= row.date_day <= self._until)


def _within(window: MetricsWindow, since: date, until: date) -> MetricsWindow:
    totals = [total for total in window.totals if since <= total.date_day <= until]
    return altered(window, since=since, until=until, rows=_Rows(window, since, until), totals=totals)


def _replaced(window: MetricsWindow, slice_id: int) -> tuple[Replaced, str]:
    """What was written; or nothing, and why. Nothing, too, of days that were read again meanwhile."""
    account = window.account
    with database.transaction() as session:
        instant = hold_account(session, account.platform, account.external_id)
        receipt = session.get_one(MetricsSlice, slice_id)
        newer = select(DayReading.date_day).where(
            DayReading.platform == account.platform,
            DayReading.account_id == account.external_id,
            DayReading.date_day.between(window.since, window.until),
            DayReading.slice_id != slice_id,
        )
        if session.scalars(newer).first():
            return Replaced(), "read again meanwhile: those newer numbers stand"
        with session.begin_nested() as written:
            done = replace(session, window, receipt, reparsed_at=instant)
            reason = incomplete(window.totals, done.totals)
            if reason:
                written.rollback()
                return Replaced(read=done.read), reason
        receipt.reparsed_at = instant
        return done, ""


def _stretches(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Consecutive days as their first and last."""
    for _, run in groupby(enumerate(sorted(days)), lambda placed: placed[1] - timedelta(placed[0])):
        stretch = [day for _, day in run]
        yield stretch[0], stretch[-1]
