"""Spending: what every stretch of time costs the budgets whose campaigns were live in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sandbox.clock import day_length, days_between
from sandbox.google_ads.kinds import (
    AD_GROUP,
    AD_GROUP_AD,
    AD_GROUP_CRITERION,
    BUDGET,
    CAMPAIGN,
    Pb,
    enum_name,
    set_enum,
)
from sandbox.google_ads.schedule import times
from sandbox.google_ads.state import Customer, Resource
from sandbox.traffic import pace

MOST_OF_A_DAY = 2.0  # a day may spend twice its budget
DAYS_OF_A_MONTH = 30.4  # but a calendar month no more than so many times the budget
ONE_DAY = timedelta(days=1)
LAST_SECOND = timedelta(seconds=1)


def let_time_pass(customer: Customer, before: datetime, now: datetime) -> None:
    review(customer)
    for day, start, end in days_between(before, now, customer.clock.zone):
        for budget, ads in _live_budgets(customer, start, end):
            _spend(customer, budget, ads, day, start, end)


def review(customer: Customer) -> None:
    """The reviewers get to work when the clock moves, on what is paused as well."""
    for ad in customer.of_kind(AD_GROUP_AD):
        summary = ad.message.policy_summary
        if enum_name(summary, "review_status") != "REVIEW_IN_PROGRESS":
            continue
        set_enum(summary, "review_status", "REVIEWED")
        set_enum(summary, "approval_status", "DISAPPROVED" if ad.verdict else "APPROVED")
        for topic, entry_type in ad.verdict:
            entry = summary.policy_topic_entries.add(topic=topic)
            set_enum(entry, "type_", entry_type)
    for keyword in customer.of_kind(AD_GROUP_CRITERION):
        if enum_name(keyword.message, "approval_status") == "UNDER_REVIEW":
            set_enum(keyword.message, "approval_status", "APPROVED")


@dataclass
class Standing:
    """Why an ad shows or does not, as far as statuses go."""

    customer: Customer

    def __post_init__(self) -> None:
        self._with_keywords = {
            keyword.message.ad_group
            for keyword in self.customer.of_kind(AD_GROUP_CRITERION)
            if keyword.status == "ENABLED" and not keyword.message.negative
        }

    def may_deliver(self, ad: Resource) -> bool:
        ad_group = self.customer.above(ad, AD_GROUP)
        campaign = self.customer.above(ad_group, CAMPAIGN)
        return (
            self.customer.status == "ENABLED"
            and all(one.status == "ENABLED" for one in (ad, ad_group, campaign))
            and enum_name(ad.message.policy_summary, "approval_status") == "APPROVED"
            and ad_group.name in self._with_keywords
        )

    def is_live(self, ad: Resource) -> bool:
        """Would it show right now?"""
        start, end = _run(self.customer, self.customer.above(ad, CAMPAIGN).message)
        now = self.customer.clock.now
        return self.may_deliver(ad) and start <= now and (end is None or now < end)

    def delivers(self, resource: Resource) -> bool:
        """Would money be spent below it if time went on from here?"""
        ads = self.customer.ads_of(resource)
        return any(self.is_live(ad) and has_money(self.customer, ad) for ad in ads)


def has_money(customer: Customer, ad: Resource) -> bool:
    budget = customer.budget_of(ad)
    if enum_name(budget.message, "period") == "DAILY":
        return True
    total = int(budget.message.total_amount_micros // customer.unit)
    return customer.ledger.total[budget.name] < total


def _run(customer: Customer, campaign: Pb) -> tuple[datetime, datetime | None]:
    """From when until when, the last second of the last day included."""
    start, end = times(campaign, customer.clock.zone)
    return start, None if end is None else end + LAST_SECOND


def _live_budgets(
    customer: Customer, start: datetime, end: datetime
) -> Iterator[tuple[Resource, list[Resource]]]:
    standing = Standing(customer)
    found: dict[str, list[Resource]] = {}
    for ad in customer.of_kind(AD_GROUP_AD):
        if standing.may_deliver(ad) and _overlap(customer, ad, start, end) > 0:
            found.setdefault(customer.budget_of(ad).name, []).append(ad)
    for name, ads in found.items():
        yield customer.resources[name], ads


def _overlap(customer: Customer, ad: Resource, start: datetime, end: datetime) -> float:
    opens, closes = _run(customer, customer.above(ad, CAMPAIGN).message)
    return (min(end, closes or end) - max(start, opens)).total_seconds()


def _spend(
    customer: Customer, budget: Resource, ads: list[Resource], day: date, start: datetime, end: datetime
) -> None:
    open_for = max(_overlap(customer, ad, start, end) for ad in ads)
    customer.exposure[budget.name, day] += open_for / day_length(day, customer.clock.zone)
    of_day = _budget_of_day(customer, budget, ads, day)
    part = pace(customer.dice(budget, day), MOST_OF_A_DAY) * customer.exposure[budget.name, day]
    wanted = int(of_day * part) - customer.ledger.on(budget.name, day)
    amount = min(wanted, _still_allowed(customer, budget, day, of_day))
    if amount > 0:
        _share_out(customer, ads, day, amount)


def _budget_of_day(customer: Customer, budget: Resource, ads: list[Resource], day: date) -> float:
    """In smallest units. A total is spread over the days that are left of the campaign."""
    if enum_name(budget.message, "period") == "DAILY":
        return float(budget.message.amount_micros / customer.unit)
    ledger = customer.ledger
    spent_before = ledger.total[budget.name] - ledger.on(budget.name, day)
    left = budget.message.total_amount_micros / customer.unit - spent_before
    start, end = _run(customer, customer.above(ads[0], CAMPAIGN).message)
    midnight = datetime.combine(day, datetime.min.time(), customer.clock.zone)
    return float(left / ((end - max(midnight, start)) / ONE_DAY)) if end else float(left)


def _still_allowed(customer: Customer, budget: Resource, day: date, of_day: float) -> int:
    ledger = customer.ledger
    if enum_name(budget.message, "period") != "DAILY":
        return int(budget.message.total_amount_micros // customer.unit) - ledger.total[budget.name]
    first = day.replace(day=1)
    of_month = int(of_day * DAYS_OF_A_MONTH)
    if budget.month_limit is not None and budget.month_limit[0] == first:
        of_month = budget.month_limit[1]
    left = of_month - ledger.between(budget.name, first, day)
    return min(int(of_day * MOST_OF_A_DAY) - ledger.on(budget.name, day), left)


def _share_out(customer: Customer, ads: list[Resource], day: date, amount: int) -> None:
    """Ads of one budget share it unevenly. The last takes what is left over."""
    weights = [customer.dice(ad)("weight", 0.5, 1.5) for ad in ads]
    left = amount
    for ad, weight in zip(ads, weights, strict=True):
        part = left if ad is ads[-1] else int(amount * weight / sum(weights))
        left -= part
        kinds = (AD_GROUP, CAMPAIGN, BUDGET)
        customer.ledger.add(day, part, ad.name, *(customer.above(ad, kind).name for kind in kinds))
