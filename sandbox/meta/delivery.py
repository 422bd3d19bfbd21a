"""Spending: what every stretch of time costs the budgets that were live in it."""

from datetime import date, datetime, timedelta

from sandbox.clock import day_length, days_between
from sandbox.meta.kinds import AD, AD_SET
from sandbox.meta.state import Account, Node
from sandbox.meta.statuses import (
    ONE_DAY,
    budget_owner,
    end_of,
    may_deliver,
    review_pending,
    schedule,
    start_of,
)
from sandbox.traffic import pace

MOST_OF_A_DAY = 1.75  # a day may spend 75 % more than its budget
DAYS_OF_A_WEEK = 7  # but a calendar week no more than seven times the budget


def let_time_pass(account: Account, before: datetime, now: datetime) -> None:
    review_pending(account)
    for day, start, end in days_between(before, now, account.clock.zone):
        for owner, ads in _live_budgets(account, start, end).items():
            _spend(account, account.nodes[owner], ads, day, start, end)


def _live_budgets(account: Account, start: datetime, end: datetime) -> dict[str, list[Node]]:
    budgets: dict[str, list[Node]] = {}
    for ad in account.of_kind(AD.name):
        ad_set = account.ad_set_of(ad)
        if may_deliver(account, ad) and _overlap(ad_set, start, end) > 0:
            budgets.setdefault(budget_owner(account, ad_set).id, []).append(ad)
    return budgets


def _overlap(ad_set: Node, start: datetime, end: datetime) -> float:
    opens, closes = schedule(ad_set)
    return (min(end, closes or end) - max(start, opens)).total_seconds()


def _spend(account: Account, owner: Node, ads: list[Node], day: date, start: datetime, end: datetime) -> None:
    open_for = max(_overlap(account.ad_set_of(ad), start, end) for ad in ads)
    account.exposure[owner.id, day] += open_for / day_length(day, account.clock.zone)
    budget = _budget_of_day(account, owner, day)
    wanted = budget * pace(account.dice(owner, day), MOST_OF_A_DAY) * account.exposure[owner.id, day]
    spent_today = account.ledger.on(owner.id, day)
    amount = min(int(wanted) - spent_today, _still_allowed(account, owner, day, budget))
    if amount > 0:
        _share_out(account, ads, day, amount)


def _budget_of_day(account: Account, owner: Node, day: date) -> float:
    daily = owner.values.get("daily_budget")
    if daily:
        return float(daily)
    spent_before = account.ledger.total[owner.id] - account.ledger.on(owner.id, day)
    left = owner.values["lifetime_budget"] - spent_before
    end = end_of(account, owner)
    midnight = datetime.combine(day, datetime.min.time(), account.clock.zone)
    begin = max(midnight, start_of(account, owner))
    return float(left / ((end - begin) / ONE_DAY)) if end else float(left)


def _still_allowed(account: Account, owner: Node, day: date, budget: float) -> int:
    ledger = account.ledger
    limits = [int(budget * MOST_OF_A_DAY) - ledger.on(owner.id, day)]
    if owner.values.get("lifetime_budget"):
        limits.append(owner.values["lifetime_budget"] - ledger.total[owner.id])
    else:
        sunday = day - timedelta(days=(day.weekday() + 1) % DAYS_OF_A_WEEK)
        limits.append(int(budget * DAYS_OF_A_WEEK) - ledger.between(owner.id, sunday, day))
    campaign = account.campaign_of(owner)
    if campaign.values.get("spend_cap"):
        limits.append(campaign.values["spend_cap"] - ledger.total[campaign.id])
    if owner.kind == AD_SET.name and owner.values.get("lifetime_spend_cap"):
        limits.append(owner.values["lifetime_spend_cap"] - ledger.total[owner.id])
    return min(limits)


def _share_out(account: Account, ads: list[Node], day: date, amount: int) -> None:
    """Ads of one budget share it unevenly: the platform favours some. The last takes what is left over."""
    weights = [account.dice(ad)("weight", 0.5, 1.5) for ad in ads]
    left = amount
    for ad, weight in zip(ads, weights, strict=True):
        part = left if ad is ads[-1] else int(amount * weight / sum(weights))
        left -= part
        account.ledger.add(day, part, *(node.id for node in account.ancestry(ad)))
