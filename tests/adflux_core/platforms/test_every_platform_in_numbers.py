"""What every platform's numbers must be: the truth through a month of restating, or as they were."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from conforming import FIRST_DAY, live, one_pass, opened
from platform_world import TODAY, PlatformWorld
from sqlalchemy import select

from adflux_core import database
from adflux_core.advertising import DesiredState
from adflux_core.errors import UnavailableError
from adflux_core.metrics.sync import sync_metrics
from adflux_core.publication.orders import desire
from adflux_core.schema.metrics import AdMetricsRow


def stored() -> list[tuple[Any, ...]]:
    with database.transaction() as session:
        rows = session.scalars(select(AdMetricsRow)).all()
        return sorted(
            (str(r.date_day), r.ad_id, str(r.impressions), str(r.clicks), r.spend, r.applications)
            for r in rows
        )


def told(here: PlatformWorld) -> list[tuple[Any, ...]]:
    yesterday = here.sandbox.clock.today - timedelta(days=1)
    return [(*row[:4], Decimal(row[4]), Decimal(row[5])) for row in here.numbers_of(FIRST_DAY, yesterday)]


def synced(here: PlatformWorld) -> int:
    """Rows that a sync changed; it was complete."""
    receipt = sync_metrics(opened(here.name), since=FIRST_DAY, today=here.sandbox.clock.today)
    assert receipt.complete, receipt.reason
    return receipt.changed


def test_the_numbers_are_the_truth_through_a_month_of_restating(here: PlatformWorld, posting: int) -> None:
    live(here, posting)
    here.advance(3)
    changed = 0
    for _ in range(12):
        changed += synced(here)
        assert stored() == told(here) != []
        assert synced(here) == 0
        here.advance(3)
    assert changed > len(stored())


def test_the_ads_add_up_to_the_account(here: PlatformWorld, posting: int) -> None:
    live(here, posting)
    here.advance(6)
    today = here.sandbox.clock.today
    window = opened(here.name).read_metrics(FIRST_DAY, today - timedelta(days=1))
    assert sum((one.spend for one in window.rows), Decimal()) == sum(
        (one.spend for one in window.totals), Decimal()
    )
    assert window.account.currency == "COP"
    assert {one.currency for one in window.rows} == {"COP"}


def test_numbers_that_stop_in_the_middle_change_nothing(here: PlatformWorld, posting: int) -> None:
    live(here, posting)
    here.advance(4)
    synced(here)
    before = stored()
    here.advance(3)
    here.befall(here.numbers, here.cut_short)
    with pytest.raises(UnavailableError):
        synced(here)
    assert stored() == before
    assert synced(here) > 0


def test_a_closed_campaign_keeps_its_numbers(here: PlatformWorld, posting: int) -> None:
    publication_id = live(here, posting).publication_id
    here.advance(5)
    desire(publication_id, DesiredState.CLOSED, "ana")
    assert one_pass(publication_id).state == "closed"
    here.advance(2)
    synced(here)
    assert stored() == told(here) != []


def test_a_day_without_anything_is_no_row(here: PlatformWorld, posting: int) -> None:
    live(here, posting)
    here.advance(2)
    today = here.sandbox.clock.today
    receipt = sync_metrics(opened(here.name), since=TODAY, until=TODAY, today=today)
    assert (receipt.complete, receipt.read) == (True, 0)
    assert stored() == []
