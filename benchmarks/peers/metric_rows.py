"""Made-up daily numbers, the same every time: 10,000 ads a day, a quarter of them restated later."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, overload

from adflux_core.advertising import Account, AccountDay, AdMetrics, MetricsWindow, PlatformName
from adflux_core.money import Money

ADS_A_DAY, ADS_A_GROUP, GROUPS_A_CAMPAIGN = 10_000, 5, 4
RESTATED = 0.25
FIRST = date(2025, 1, 1)


def day_rows(number: int, *, restated: bool) -> list[AdMetrics]:
    """The rows of day `number`, as a platform's reader hands them over."""
    chance = random.Random(number)  # noqa: S311 - invented numbers
    again = random.Random(-number - 1)  # noqa: S311
    rows = []
    for ad in range(ADS_A_DAY):
        clicks, cents = chance.randrange(300), chance.randrange(10**7)
        moved = restated and again.random() < RESTATED
        rows.append(
            AdMetrics(
                date_day=FIRST + timedelta(number),
                campaign_id=f"1202150{ad // (ADS_A_GROUP * GROUPS_A_CAMPAIGN):010}",
                ad_group_id=f"1202151{ad // ADS_A_GROUP:010}",
                ad_id=f"1202152{ad:010}",
                currency="COP",
                impressions=clicks * 40 + chance.randrange(40),
                clicks=clicks + moved,
                link_clicks=clicks * 4 // 5,
                spend=Decimal(cents - (cents // 50 if moved else 0)).scaleb(-2),
                applications=Decimal(clicks // 25 + moved),
            )
        )
    return rows


class Streamed(Sequence[AdMetrics]):
    """Rows that are made while they are asked for, a day at a time: for measuring memory."""

    def __init__(self, days: int, *, restated: bool) -> None:
        self.days, self.restated = days, restated

    def __len__(self) -> int:
        return self.days * ADS_A_DAY

    def __iter__(self) -> Iterator[AdMetrics]:
        for number in range(self.days):
            yield from day_rows(number, restated=self.restated)

    @overload
    def __getitem__(self, index: int) -> AdMetrics: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[AdMetrics]: ...
    def __getitem__(self, index: Any) -> Any:
        raise TypeError("these rows come one after the other")


@dataclass
class ToldAccount:
    """As much of an ad platform as a sync asks for, with its answer ready."""

    rows: Sequence[AdMetrics]
    days: int
    totals: Sequence[AccountDay] = ()
    name: PlatformName = PlatformName.META
    account_id: str = "act_1"

    def account(self) -> Account:
        return Account(
            platform=self.name,
            external_id=self.account_id,
            name="Benchmark",
            currency="COP",
            time_zone="America/Bogota",
            smallest_daily_budget=Money.of("COP", 1),
        )

    def read_metrics(self, since: date, until: date, seen: Any = None) -> MetricsWindow:  # noqa: ARG002
        return MetricsWindow(
            account=self.account(), since=since, until=until, rows=self.rows, totals=self.totals, pages=1
        )


def totals(rows: Sequence[AdMetrics]) -> list[AccountDay]:
    """The account's own totals of these rows, by day."""
    sums: dict[date, list[Any]] = {}
    for row in rows:
        total = sums.setdefault(row.date_day, [0, 0, Decimal(0)])
        total[0] += row.impressions
        total[1] += row.clicks
        total[2] += row.spend
    return [AccountDay(day, *total) for day, total in sums.items()]


def days_after(day: date, number: int) -> date:
    return day + timedelta(number)
