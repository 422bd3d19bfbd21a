"""Two accounts, two currencies, clocks put back, two syncs at once, and kill -9: in the end, the truth.

A sample of the days here; ADFLUX_KILLED_DAYS=60 runs them all (`make torture`).
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psutil
import pytest
from children import Children
from meta_publications import open_posting, opened
from meta_settings import settings_of
from sqlalchemy import select

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.metrics.gaps import gaps, heal_gaps
from adflux_core.metrics.sync import SliceReceipt, sync_metrics
from adflux_core.money import Money
from adflux_core.publication.converge import converge
from adflux_core.publication.orders import order_publication
from adflux_core.schema.metrics import AdMetricsRow
from adflux_core.settings import apply_environment
from deployments.programs import settings_environment
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole

DAYS = int(os.environ.get("ADFLUX_KILLED_DAYS", "4"))
# Madrid puts its clocks back on 25 October 2026.
BEGIN = date(2026, 10, 22)
FIRST = BEGIN + timedelta(1)
SEED = 4067
META = PlatformName.META
KILLED = 0.6  # of the syncs
Rows = list[tuple[Any, ...]]


class Account:
    """An account in a world of its own, in which two ads run."""

    def __init__(self, world: Sandbox, budget: str, patch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.account_id = world.meta_ad_account_id
        self._patch = patch
        self.enter()
        for number in range(2):
            posting_id = open_posting(f"{self.account_id}-{number}")
            plan = draft_plan(
                [posting_id], [META], budget=Money.parse(budget), days=40, author="ana", start=FIRST
            )
            approve_plan(plan.plan_id, "luz")
            (publication_id,) = order_publication(plan.plan_id, "test")
            assert converge(publication_id, opened, quiescence=timedelta()).state == "active"
        self.environment: Mapping[str, str] = settings_environment()

    def enter(self) -> None:
        """From here on it is the configured one."""
        for name, value in settings_of(self.world).items():
            self._patch.setenv(name, value)
        apply_environment({})

    @property
    def today(self) -> date:
        return self.world.clock.today

    def stored(self) -> Rows:
        with database.transaction() as session:
            rows = session.scalars(select(AdMetricsRow).where(AdMetricsRow.account_id == self.account_id))
            return sorted(
                (str(r.date_day), r.ad_id, r.currency, r.impressions, r.clicks, r.spend, r.applications)
                for r in rows
            )

    def truth(self) -> Rows:
        told = self.world.control("GET", "truth", {"until": str(self.today - timedelta(1))})["reported"]
        currency = self.world.account.currency.code
        return sorted(
            (
                r["date_day"],
                r["ad_id"],
                currency,
                r["impressions"],
                r["clicks"],
                Decimal(r["spend"]),
                r["applications"],
            )
            for r in told
        )

    def sync(self) -> SliceReceipt:
        self.enter()
        return sync_metrics(opened(META), today=self.today)


def test_sixty_days_of_two_accounts_and_kills(
    children: Children, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(SEED)  # noqa: S311
    killed = 0
    with ExitStack() as worlds:
        bogota = worlds.enter_context(Sandbox(today=BEGIN, seed=7))
        madrid = worlds.enter_context(Sandbox(today=BEGIN, seed=8, currency="EUR", timezone="Europe/Madrid"))
        accounts = [Account(bogota, "COP 900000", monkeypatch), Account(madrid, "EUR 900", monkeypatch)]
        takes = _seconds_of_one(children, accounts[0])
        for _ in range(DAYS):
            for account in accounts:
                account.world.control("POST", "clock", {"advance_days": 1})
            before = [account.stored() for account in accounts]
            running = [
                (account, children.start_sync(account.today, account.environment))
                for account in accounts
                for _ in range(2)
            ]
            whole = dict.fromkeys(accounts, False)
            for account, child in running:
                if dice.random() < KILLED:
                    _kill_within(child, dice.uniform(0, takes))
                end = children.wait(child)
                killed += end.code == -9
                assert end.code == -9 or end.said == "complete", end
                whole[account] |= end.code == 0
            for account, stood in zip(accounts, before, strict=True):
                stands = account.stored()
                assert stands == account.truth() or (not whole[account] and stands == stood)
        for account in accounts:
            account.enter()
            heal_gaps(opened(META), today=account.today)
            assert account.sync().complete
            assert account.stored() == account.truth() != []
            again = account.sync()
            assert (again.changed, again.deleted) == (0, 0)
            assert gaps(META, account.account_id, before=account.today) == []
    assert killed > DAYS / 2


def _seconds_of_one(children: Children, account: Account) -> float:
    """How long a sync takes that nobody disturbs: others are killed at any moment of that."""
    began = time.monotonic()
    assert children.wait(children.start_sync(account.today, account.environment)).code == 0
    return time.monotonic() - began


def _kill_within(child: psutil.Process, seconds: float) -> None:
    try:
        child.wait(seconds)
    except psutil.TimeoutExpired:
        child.kill()
