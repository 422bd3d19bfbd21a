"""The toy's account: what is on it, what it spends as time passes, and what is told of that."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.clock import Clock, day_length, days_between
from sandbox.traffic import Dice, Outcome, delivered, pace, reported, summed

PARENT = {"campaign": "", "ad_group": "campaign", "ad": "ad_group"}
CENTS = 100
COST_PER_THOUSAND = 400_000  # cents
MOST_OF_A_DAY = 1.5  # a day may spend half as much again as its share of the budget


@dataclass
class Thing:
    """A campaign, an ad group or an ad."""

    id: str
    kind: str
    name: str
    status: str
    content: dict[str, str]
    created: datetime
    verdict: str = ""  # what its review will say against it
    reviewed: bool = False


class Account:
    name = "Toy account"
    smallest_daily_budget = Decimal(2_000)

    def __init__(self, clock: Clock, currency: str, seed: int) -> None:
        self.clock = clock
        self.currency = currency
        self.id = f"toy-{seed}"
        self.token = f"toy-secret-{Dice(str(seed))('token'):.16f}"
        self.things: dict[str, Thing] = {}
        self._seed = seed
        self._spent: dict[tuple[str, date], int] = {}  # cents of an ad and day

    def add(self, kind: str, name: str, status: str, content: dict[str, str], verdict: str) -> Thing:
        thing = Thing(str(len(self.things) + 1), kind, name, status, content, self.clock.now, verdict)
        self.things[thing.id] = thing
        return thing

    def upwards(self, thing: Thing) -> list[Thing]:
        """The thing and all that stands above it, the campaign last."""
        above = thing.content.get(f"{PARENT[thing.kind]}_id")
        return [thing, *(self.upwards(self.things[above]) if above else [])]

    def ads(self, below: Thing | None = None) -> list[Thing]:
        return [
            one
            for one in self.things.values()
            if one.kind == "ad" and (below is None or below in self.upwards(one))
        ]

    def effective_status(self, thing: Thing) -> str:
        statuses = {one.status for one in self.upwards(thing)}
        if "CLOSED" in statuses:
            return "CLOSED"
        if thing.kind == "ad" and thing.reviewed and thing.verdict:
            return "REJECTED"
        if "PAUSED" in statuses:
            return "PAUSED"
        return "IN_REVIEW" if thing.kind == "ad" and not thing.reviewed else "ACTIVE"

    def delivers(self, thing: Thing) -> bool:
        """Would money be spent below it if time went on from here?"""
        now = self.clock.now
        return any(
            self.effective_status(ad) == "ACTIVE"
            and starts(campaign) <= now < ends(campaign)
            and self._left(campaign) > 0
            for ad in self.ads(thing)
            for campaign in self.upwards(ad)[-1:]
        )

    def let_time_pass(self, before: datetime, now: datetime) -> None:
        for ad in self.ads():
            ad.reviewed = ad.reviewed or self.effective_status(ad) == "IN_REVIEW"
        for day, start, end in days_between(before, now, self.clock.zone):
            for ad in self.ads():
                if self.effective_status(ad) == "ACTIVE":
                    self._spend(ad, day, start, end)

    def reported(self, ad: Thing, day: date) -> Outcome:
        """What is told of that day as of now; it restates for weeks."""
        dice = self._dice(ad, day)
        truth = delivered(dice, self._spent.get((ad.id, day), 0), COST_PER_THOUSAND)
        return reported(dice, truth, (self.clock.today - day).days)

    def rows(self, since: date, until: date) -> list[dict[str, Any]]:
        """Each ad and day that has any numbers."""
        told = [
            (self.things[ad_id], day, self.reported(self.things[ad_id], day))
            for ad_id, day in self._spent
            if since <= day <= until
        ]
        return [
            {
                "date_day": str(day),
                **{f"{one.kind}_id": one.id for one in self.upwards(ad)},
                **numbers(outcome),
            }
            for ad, day, outcome in told
            if not outcome.is_nothing
        ]

    def totals(self, since: date, until: date) -> list[dict[str, Any]]:
        """The account's own sum of each day."""
        told: dict[date, list[Outcome]] = {}
        for ad_id, day in self._spent:
            if since <= day <= until:
                told.setdefault(day, []).append(self.reported(self.things[ad_id], day))
        sums = {day: summed(told[day]) for day in sorted(told)}
        return [{"date_day": str(day), **numbers(one)} for day, one in sums.items() if not one.is_nothing]

    def _spend(self, ad: Thing, day: date, start: datetime, end: datetime) -> None:
        campaign = self.upwards(ad)[-1]
        begins, stops = starts(campaign), ends(campaign)
        seconds = (min(end, stops) - max(start, begins)).total_seconds()
        part = max(0.0, seconds) / day_length(day, self.clock.zone) / len(self.ads(campaign))
        share = cents(campaign) / ((stops - begins) / timedelta(days=1))
        amount = int(share * pace(self._dice(ad, day), MOST_OF_A_DAY) * part)
        if amount > 0:
            spent = self._spent.get((ad.id, day), 0)
            self._spent[ad.id, day] = spent + min(amount, self._left(campaign))

    def _left(self, campaign: Thing) -> int:
        ours = {ad.id for ad in self.ads(campaign)}
        return cents(campaign) - sum(spent for (ad_id, _), spent in self._spent.items() if ad_id in ours)

    def _dice(self, ad: Thing, day: date) -> Dice:
        return Dice(f"{self._seed}/toy/{ad.id}/{day}")


def cents(campaign: Thing) -> int:
    return int(Decimal(campaign.content["budget"]) * CENTS)


def starts(campaign: Thing) -> datetime:
    return datetime.fromisoformat(campaign.content["starts_at"])


def ends(campaign: Thing) -> datetime:
    return datetime.fromisoformat(campaign.content["ends_at"])


def numbers(outcome: Outcome) -> dict[str, str]:
    return {
        "impressions": str(outcome.impressions),
        "clicks": str(outcome.clicks),
        "link_clicks": str(outcome.link_clicks),
        "applications": str(outcome.applications),
        "spend": f"{Decimal(outcome.spend) / CENTS:.2f}",
    }
