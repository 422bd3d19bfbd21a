"""Budgets and bids: whole minor units, above the minimum, and where they may stand."""

from datetime import datetime
from math import ceil
from typing import Any

from sandbox.meta.errors import GraphError, bad_parameter, missing, refused
from sandbox.meta.state import Account, Node
from sandbox.meta.statuses import ONE_DAY, has_budget

BUDGETS = ("daily_budget", "lifetime_budget")
MONEY = ("daily_budget", "lifetime_budget", "spend_cap", "bid_amount")
BID_NEEDED = ("LOWEST_COST_WITH_BID_CAP", "COST_CAP")
HIGH_FREQUENCY = ("LINK_CLICKS", "PAGE_LIKES", "POST_ENGAGEMENT")
VIDEO = ("THRUPLAY",)
LOW_FREQUENCY = ("APP_INSTALLS", "OFFER_CLAIMS", "PURCHASE")
CLICKS_PER_BUDGET = 5
ABOVE_SPENT = 1.1
CHANGES_PER_HOUR = 4
HOUR = 3600


def positive(values: dict[str, Any]) -> None:
    for name in MONEY:
        if name in values and values[name] <= 0:
            raise bad_parameter(f"Param {name} must be greater than 0.", name)


def one_budget(values: dict[str, Any]) -> None:
    if values.get("daily_budget") and values.get("lifetime_budget"):
        raise refused(
            "Can Only Set Daily Or Lifetime Budget",
            "You can only set daily_budget or lifetime_budget, not both.",
            blame=("daily_budget", "lifetime_budget"),
        )


def ad_set_budget(account: Account, campaign: Node, values: dict[str, Any]) -> None:
    one_budget(values)
    if has_budget(campaign):
        if values.get("daily_budget") or values.get("lifetime_budget"):
            raise refused(
                "Cannot Set Budget On Both Campaign And Ad Set",
                "The campaign has a budget: its ad sets cannot have budgets of their own.",
                subcode=1885621,
                blame=("daily_budget", "lifetime_budget"),
            )
        return
    if not values.get("daily_budget") and not values.get("lifetime_budget"):
        raise missing("daily_budget")
    above_minimum(account, values)


def schedule(values: dict[str, Any], now: datetime, *, ends: bool) -> None:
    """`ends`: the campaign's lifetime budget asks for an end as one of the ad set's own would."""
    start, end = values["start_time"], values.get("end_time")
    if (ends or values.get("lifetime_budget")) and end is None:
        raise refused(
            "End Time Required", "A lifetime_budget needs an end_time on the ad set.", blame=("end_time",)
        )
    if end is None:
        return
    if end <= start or end <= now:
        raise refused(
            "End Time Invalid", "The end_time must be after start_time and now.", blame=("end_time",)
        )
    if values.get("daily_budget") and end - start <= ONE_DAY:
        raise refused(
            "Ad Set Duration Too Short",
            "A daily budget is only allowed for ad sets that run more than 24 hours.",
            blame=("end_time",),
        )


def bid(values: dict[str, Any], strategy: str | None) -> None:
    if strategy in BID_NEEDED and not values.get("bid_amount"):
        raise refused(
            "Bid Amount Required For The Bid Strategy Provided",
            f"The bid strategy {strategy} needs a bid_amount.",
            subcode=1815857,
            blame=("bid_amount",),
        )
    if strategy == "LOWEST_COST_WITHOUT_CAP" and values.get("bid_amount"):
        raise refused(
            "Bid Amount Not Allowed", "LOWEST_COST_WITHOUT_CAP takes no bid_amount.", blame=("bid_amount",)
        )


def above_minimum(account: Account, values: dict[str, Any]) -> None:
    """Minimums are per day; a lifetime budget needs the minimum of each of its days."""
    minimum = _minimum_of_day(account, values)
    if values.get("daily_budget") and values["daily_budget"] < minimum:
        raise _too_low(account, minimum, "daily_budget")
    if values.get("lifetime_budget") and values.get("end_time"):
        start = values.get("start_time") or account.clock.now
        whole = minimum * max(1, ceil((values["end_time"] - start) / ONE_DAY))
        if values["lifetime_budget"] < whole:
            raise _too_low(account, whole, "lifetime_budget")


def _minimum_of_day(account: Account, values: dict[str, Any]) -> int:
    event = values.get("billing_event", "IMPRESSIONS")
    if values.get("bid_amount"):
        return int(values["bid_amount"]) * (1 if event == "IMPRESSIONS" else CLICKS_PER_BUDGET)
    kind = "imp"
    if event in LOW_FREQUENCY:
        kind = "low_freq"
    elif event in HIGH_FREQUENCY:
        kind = "high_freq"
    elif event in VIDEO:
        kind = "video_views"
    return account.currency.minimum_budget(kind, account.country)


def _too_low(account: Account, minimum: int, name: str) -> GraphError:
    return refused(
        "Your Budget Is Too Low",
        f"The minimum is {account.currency.spell(minimum)} {account.currency.code} ({minimum} as {name}).",
        subcode=1885272,
        blame=(name,),
    )


def budget_change(account: Account, node: Node, changes: dict[str, Any]) -> None:
    """A lowered budget stays 10 % above what was spent: today of a daily one, ever of a lifetime one."""
    for name in _changed_budgets(node, changes):
        spent = account.ledger.total[node.id]
        if name == "daily_budget":
            spent = account.ledger.on(node.id, account.clock.today)
        if changes[name] < node.values.get(name, 0) and changes[name] < ABOVE_SPENT * spent:
            raise refused(
                "Your Budget Is Too Low",
                "A lowered budget must be at least 10 % above the amount already spent.",
                subcode=1885650,
                blame=(name,),
            )


def count_budget_change(account: Account, ad_set: Node, changes: dict[str, Any]) -> None:
    """An ad set's budget changes at most four times an hour."""
    if not _changed_budgets(ad_set, changes):
        return
    now = account.clock.seconds()
    recent = [moment for moment in ad_set.budget_changes if now - moment < HOUR]
    if len(recent) >= CHANGES_PER_HOUR:
        raise GraphError(
            "(#613) Calls to this api have exceeded the rate limit.",
            code=613,
            subcode=1487632,
            title="Ad Set Budget Changed Too Many Times",
            user_message="An ad set's budget can be changed four times an hour.",
        )
    ad_set.budget_changes = [*recent, now]


def _changed_budgets(node: Node, changes: dict[str, Any]) -> list[str]:
    return [name for name in BUDGETS if name in changes and changes[name] != node.values.get(name)]
