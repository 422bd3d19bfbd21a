"""When numbers settle is what the platform states, until its own revisions have shown better."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from told_platform import FIRST, ToldPlatform, row

from adflux_core import reports
from adflux_core.advertising import PlatformName
from adflux_core.metrics.settling import learn_settling
from adflux_core.metrics.sync import sync_metrics

pytestmark = pytest.mark.usefixtures("database_url")
DAYS, ADS = 14, 16


def sync_at(platform: ToldPlatform, today: int, days: int = DAYS) -> None:
    until = FIRST + timedelta(min(days, today) - 1)
    sync_metrics(platform, since=FIRST, until=until, today=FIRST + timedelta(today))  # type: ignore[arg-type]


def moving(platform: ToldPlatform, last_age: int, days: int = DAYS, looked_at_until: int = 60) -> None:
    """Each ad of each day moves daily until the day is `last_age` old; read daily."""
    for today in range(1, days + looked_at_until):
        for number in range(min(days, today)):
            for ad in range(ADS):
                age = min(today - number, last_age)
                platform.tell(row(FIRST + timedelta(number), f"ad-{ad}", clicks=age))
        if today <= days + last_age or today == days + looked_at_until - 1:
            sync_at(platform, today, days)


def test_the_age_of_the_last_move_is_learned_once_enough_was_seen() -> None:
    platform = ToldPlatform()
    moving(platform, 5)
    assert learn_settling(PlatformName.META) == 5


def test_a_straggler_in_a_hundred_does_not_count_and_two_do() -> None:
    platform = ToldPlatform()
    moving(platform, 5)
    platform.tell(*(row(FIRST + timedelta(number), "ad-0", clicks=99) for number in range(2)))
    sync_at(platform, DAYS + 60)
    assert learn_settling(PlatformName.META) == 5
    platform.tell(*(row(FIRST + timedelta(number), "ad-1", clicks=99) for number in range(2)))
    sync_at(platform, DAYS + 60)
    learned = learn_settling(PlatformName.META)
    assert learned is not None
    assert learned > 28


@pytest.mark.parametrize(("days", "looked_at_until"), [(DAYS - 1, 60), (DAYS, 20)])
def test_too_few_days_or_days_that_were_not_looked_at_again_teach_nothing(
    days: int, looked_at_until: int
) -> None:
    platform = ToldPlatform()
    moving(platform, 3, days, looked_at_until)
    assert learn_settling(PlatformName.META) is None


def test_reports_say_which_days_may_still_move_and_how_much_of_the_spend() -> None:
    platform = ToldPlatform()
    platform.tell(row(FIRST, spend=Decimal(30)), row(FIRST + timedelta(1), spend=Decimal(10)))
    sync_metrics(platform, since=FIRST, until=FIRST + timedelta(1), today=FIRST + timedelta(28))  # type: ignore[arg-type]
    days = reports.daily_by_platform(FIRST, FIRST + timedelta(2))
    assert [day.settled for day in days] == [True, False, None]
    (totals,) = reports.period_totals(FIRST, FIRST + timedelta(2))
    assert (totals.days_settled, totals.unsettled_share) == (1, Decimal("0.250"))
