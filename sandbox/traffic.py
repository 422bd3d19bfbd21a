"""Seeded traffic: what a day's spend brings, and how the platform restates it afterwards.

Everything is a pure function of the seed, the ad, the day and the money spent, so the same world always
comes out the same, in whatever order it is asked.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

RESTATED_FOR_DAYS = 28
THOUSAND = 1000
CORRECTED_SHARE = 0.25  # of the days: some clicks turn out invalid and their spend is given back
VANISHING_SHARE = 0.015  # of the days: the row is withdrawn altogether
BUSY_SHARE = 0.12  # of the days: more is spent than the day's budget


@dataclass(frozen=True)
class Dice:
    """Named uniform draws: a name always falls the same way."""

    key: str

    def __call__(self, name: str, low: float = 0.0, high: float = 1.0) -> float:
        digest = blake2b(f"{self.key}/{name}".encode(), digest_size=8).digest()
        return low + (high - low) * int.from_bytes(digest) / 2**64


class Outcome(NamedTuple):
    """Counts and spend (minor units) of one ad on one day. Reach is not additive."""

    impressions: int = 0
    reach: int = 0
    clicks: int = 0
    link_clicks: int = 0
    page_views: int = 0
    apply_clicks: int = 0
    applications: int = 0
    in_app_applications: int = 0
    spend: int = 0

    @property
    def is_nothing(self) -> bool:
        return not any(self)


NOTHING = Outcome()


def summed(outcomes: Sequence[Outcome]) -> Outcome:
    return Outcome(*map(sum, zip(NOTHING, *outcomes, strict=True)))


def pace(dice: Dice, most: float) -> float:
    """The part of a day's budget that day would spend; above 1 on busy days, never above `most`."""
    if dice("busy") < BUSY_SHARE:
        return dice("pace", 1.05, most)
    return dice("pace", 0.55, 1.04)


def delivered(dice: Dice, spend: int, cost_per_thousand: float) -> Outcome:
    """What that spend brought, before anything is restated. Grows with the spend."""
    if spend <= 0:
        return NOTHING
    impressions = max(1, int(spend / (cost_per_thousand * dice("cost", 0.6, 1.6)) * THOUSAND))
    clicks = min(impressions, _part(dice, "clicks", impressions, 0.010, 0.026))
    link_clicks = min(clicks, _part(dice, "link clicks", clicks, 0.70, 0.92))
    page_views = min(link_clicks, _part(dice, "page views", link_clicks, 0.68, 0.90))
    apply_clicks = min(page_views, _part(dice, "apply clicks", page_views, 0.15, 0.40))
    applications = min(apply_clicks, _part(dice, "applications", apply_clicks, 0.25, 0.65))
    in_app = min(applications, _part(dice, "in-app", applications, 0.20, 0.50))
    reach = max(1, int(impressions / dice("frequency", 1.05, 1.6)))
    return Outcome(
        impressions, reach, clicks, link_clicks, page_views, apply_clicks, applications, in_app, spend
    )


def reported(dice: Dice, truth: Outcome, age: int, within: int = RESTATED_FOR_DAYS) -> Outcome:
    """What the platform says of that day when it is `age` days old. `within`: the days it restates for."""
    if truth.is_nothing or age >= _vanishes_at(dice):
        return NOTHING
    applications = _reported_count(dice, truth.applications, age, within)
    return _corrected(
        dice,
        Outcome(
            truth.impressions,
            truth.reach,
            truth.clicks,
            truth.link_clicks,
            truth.page_views,
            max(applications, _reported_count(dice, truth.apply_clicks, age, within)),
            applications,
            min(applications, truth.in_app_applications),
            truth.spend,
        ),
        age,
    )


def settled(dice: Dice, truth: Outcome) -> Outcome:
    """What the platform says for ever once the restating is over."""
    return reported(dice, truth, RESTATED_FOR_DAYS)


def _part(dice: Dice, name: str, whole: int, low: float, high: float) -> int:
    # The offset stays the same all day, so a day in progress only ever grows.
    return int(whole * dice(name, low, high) + dice(f"{name} offset"))


def _reported_count(dice: Dice, final: int, age: int, within: int) -> int:
    at_once = dice("reported at once", 0.45, 0.80)
    complete_at = math.ceil(dice("complete at", 8, within))
    share = at_once + (1 - at_once) * min(1.0, age / complete_at) ** 0.6
    return min(final, int(final * share + dice("reporting offset") * (age < complete_at)))


def _vanishes_at(dice: Dice) -> float:
    return dice("vanishes at", 2, 25) if dice("vanishes") < VANISHING_SHARE else math.inf


def _corrected(dice: Dice, told: Outcome, age: int) -> Outcome:
    if dice("corrected") >= CORRECTED_SHARE or age < dice("corrected at", 1, 14):
        return told
    clicks = told.clicks - math.ceil(told.clicks * dice("invalid clicks", 0.01, 0.04))
    clicks = max(clicks, told.page_views)
    spend = told.spend - int(told.spend * dice("given back", 0.005, 0.02))
    return Outcome(
        told.impressions,
        told.reach,
        clicks,
        min(told.link_clicks, clicks),
        told.page_views,
        told.apply_clicks,
        told.applications,
        told.in_app_applications,
        spend,
    )
