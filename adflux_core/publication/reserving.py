"""Money set aside before the socket is touched: by day and by month of the account's calendar, under caps.

A campaign's budget is for its whole life; on one day the platform may take `worst_day` of it. What the
platform really takes is watched by `pacing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from adflux_core.campaigns.caps import caps_of
from adflux_core.errors import RefusedError
from adflux_core.money import Money
from adflux_core.schema.publication import PlanItem
from adflux_core.schema.spending import Reservation, SpendingCap

SUMS = text("""
    SELECT period, starts_on, reserved_minor, cap_minor FROM adflux.spending
    WHERE platform = :platform AND account_id = :account_id AND starts_on = ANY(:days)
""")
KEEP_SUMS = text("""
    INSERT INTO adflux.spending (platform, account_id, period, starts_on, reserved_minor, cap_minor)
    SELECT :platform, :account_id, kept.* FROM unnest(
        CAST(:periods AS text[]), CAST(:days AS date[]), CAST(:minors AS bigint[]), CAST(:caps AS bigint[])
    ) AS kept
    ON CONFLICT (platform, account_id, period, starts_on)
    DO UPDATE SET reserved_minor = excluded.reserved_minor, cap_minor = excluded.cap_minor
""")
KEEP_PARTS = text("""
    WITH wanted AS (
        SELECT * FROM unnest(CAST(:periods AS text[]), CAST(:days AS date[]), CAST(:minors AS bigint[]))
            AS wanted (period, starts_on, minor)
    ), gone AS (
        DELETE FROM adflux.reservation AS kept USING wanted
        WHERE kept.publication_id = :publication_id AND wanted.minor = 0
          AND (kept.period, kept.starts_on) = (wanted.period, wanted.starts_on)
    )
    INSERT INTO adflux.reservation (publication_id, period, starts_on, minor)
    SELECT :publication_id, * FROM wanted WHERE minor > 0
    ON CONFLICT (publication_id, period, starts_on) DO UPDATE SET minor = excluded.minor
""")

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
    columns = (Reservation.period, Reservation.starts_on, Reservation.minor)
    rows = session.execute(select(*columns).where(Reservation.publication_id == publication_id))
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
    account = {"platform": caps.platform, "account_id": caps.account_id}
    sums = {
        (row.period, row.starts_on): row
        for row in session.execute(SUMS, account | {"days": [day for _, day in changes]})
    }
    kept: list[tuple[str, date, int, int]] = []
    for (period, starts_on), change in changes.items():
        cap = caps.day_minor if period == "day" else caps.month_minor
        row = sums.get((period, starts_on))
        reserved = (row.reserved_minor if row else 0) + change
        if change > 0 and reserved > cap:
            raise _beyond(caps, period, starts_on, reserved, cap)
        kept.append((period, starts_on, reserved, row.cap_minor if row and change < 0 else cap))
    periods, days, minors, held_to = zip(*kept, strict=True)
    session.execute(
        KEEP_SUMS,
        account | {"periods": [*periods], "days": [*days], "minors": [*minors], "caps": [*held_to]},
    )
    parts = {"publication_id": publication_id, "minors": [wanted.get(key, 0) for key in changes]}
    session.execute(KEEP_PARTS, parts | {"periods": [*periods], "days": [*days]})


def _beyond(caps: SpendingCap, period: str, starts_on: date | None, minor: int, cap: int) -> RefusedError:
    when = f" {starts_on:%Y-%m}" if period == "month" else f" {starts_on}" if starts_on else ""
    total, most = (Money(currency=caps.currency, minor=units) for units in (minor, cap))
    return RefusedError(
        f"{total} would be more than the {period}{when} cap of {most} on {caps.account_id}: "
        "spend less, or `adflux cap` raises it"
    )
