"""Money set aside before the socket is touched: by day and by month of the account's calendar, under caps.

A campaign's budget is for its whole life; on one day the platform may take `worst_day` of it. What the
platform really takes is watched by `pacing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from adflux_core.campaigns.caps import caps_of
from adflux_core.errors import RefusedError
from adflux_core.money import Money
from adflux_core.schema.publication import PlanItem
from adflux_core.schema.spending import Reservation, Spending, SpendingCap

Periods = dict[tuple[str, date], int]  # (day or month, its first day) -> minor units


def worst_periods(budget_minor: int, worst_day_minor: int, first_day: date, last_day: date) -> Periods:
    """What each day and month costs at worst. No month can cost more than the budget."""
    days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    periods: Periods = {("day", day): worst_day_minor for day in days}
    for day in days:
        month = ("month", day.replace(day=1))
        periods[month] = min(budget_minor, periods.get(month, 0) + worst_day_minor)
    return periods


def reserve(session: Session, publication_id: int, item: PlanItem, *, exactly: bool) -> bool:
    """Reserve what the plan costs at worst; whether anything changed. Raises RefusedError beyond a cap.

    Unless `exactly`, what is reserved already is kept where it is more: an older budget may still be the
    one that runs.
    """
    wanted = worst_periods(item.budget_minor, item.worst_day_minor, item.first_day, item.last_day)
    held = _held(session, publication_id)  # nobody else writes these: the caller holds the publication's row
    if not exactly:
        wanted = {key: max(wanted.get(key, 0), held.get(key, 0)) for key in wanted | held}
    if wanted == held:
        return False
    _lock(session, item)
    caps = caps_of(session, item.platform, item.account_id)
    if caps.currency != item.currency:
        raise RefusedError(
            f"the caps of {item.account_id} are in {caps.currency}: set them in {item.currency}"
        )
    if item.budget_minor > caps.campaign_minor:
        raise _beyond(caps, "campaign", None, item.budget_minor, caps.campaign_minor)
    _change(session, publication_id, caps, held, wanted)
    return True


def release(session: Session, publication_id: int, item: PlanItem, today: date) -> None:
    """Give back what a closed publication can no longer spend; today's part stays."""
    _lock(session, item)
    held = _held(session, publication_id)
    days = {key: minor for key, minor in held.items() if key[0] == "day" and key[1] <= today}
    months: Periods = {}
    for (_, day), minor in days.items():
        month = ("month", day.replace(day=1))
        months[month] = min(held.get(month, 0), months.get(month, 0) + minor)
    caps = caps_of(session, item.platform, item.account_id)
    _change(
        session, publication_id, caps, held, days | {key: minor for key, minor in months.items() if minor}
    )


def _lock(session: Session, item: PlanItem) -> None:
    # One at a time per account: otherwise two could each find room for itself alone.
    account = f"adflux.spending/{item.platform}/{item.account_id}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(account, 0))))


def _held(session: Session, publication_id: int) -> Periods:
    rows = session.scalars(select(Reservation).where(Reservation.publication_id == publication_id))
    return {(row.period, row.starts_on): row.minor for row in rows}


def _change(
    session: Session,
    publication_id: int,
    caps: SpendingCap,
    held: Periods,
    wanted: Mapping[tuple[str, date], int],
) -> None:
    changes = {
        key: wanted.get(key, 0) - held.get(key, 0)
        for key in sorted(wanted.keys() | held.keys())
        if wanted.get(key, 0) != held.get(key, 0)
    }
    if not changes:
        return
    sums = {
        (row.period, row.starts_on): row
        for row in session.scalars(
            select(Spending).where(
                Spending.platform == caps.platform,
                Spending.account_id == caps.account_id,
                Spending.starts_on.in_({day for _, day in changes}),
            )
        )
    }
    for (period, starts_on), change in changes.items():
        cap = caps.day_minor if period == "day" else caps.month_minor
        row = sums.get((period, starts_on))
        if row is None:
            row = Spending(
                platform=caps.platform,
                account_id=caps.account_id,
                period=period,
                starts_on=starts_on,
                reserved_minor=0,
                cap_minor=cap,
            )
            session.add(row)
        if change > 0:
            if row.reserved_minor + change > cap:
                raise _beyond(caps, period, starts_on, row.reserved_minor + change, cap)
            row.cap_minor = cap
        row.reserved_minor += change
    gone = [key for key in held if not wanted.get(key)]
    for period, starts_on in gone:
        session.execute(
            delete(Reservation).where(
                Reservation.publication_id == publication_id,
                Reservation.period == period,
                Reservation.starts_on == starts_on,
            )
        )
    kept = [
        {"publication_id": publication_id, "period": key[0], "starts_on": key[1], "minor": wanted[key]}
        for key in changes
        if wanted.get(key)
    ]
    if kept:
        writing = insert(Reservation).values(kept)
        session.execute(
            writing.on_conflict_do_update(
                index_elements=["publication_id", "period", "starts_on"],
                set_={"minor": writing.excluded.minor},
            )
        )


def _beyond(caps: SpendingCap, period: str, starts_on: date | None, minor: int, cap: int) -> RefusedError:
    when = f" {starts_on:%Y-%m}" if period == "month" else f" {starts_on}" if starts_on else ""
    total, most = (Money(currency=caps.currency, minor=units) for units in (minor, cap))
    return RefusedError(
        f"{total} would be more than the {period}{when} cap of {most} on {caps.account_id}: "
        "spend less, or `adflux cap` raises it"
    )
