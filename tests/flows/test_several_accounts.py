"""Several ad accounts on each platform: each is published to and read by itself, and one down is one down."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from google_settings import configure_google
from meta_publications import open_posting
from meta_settings import configure
from sqlalchemy import func, select

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.errors import IncompleteError, InputError, UnknownAccountError
from adflux_core.money import Money
from adflux_core.platforms import configured_accounts
from adflux_core.schema.metrics import AdMetricsRow
from adflux_core.settings import settings
from flows.converge_campaigns import converge_campaigns
from flows.publish_campaign import publish_campaign
from flows.sync_metrics import sync_metrics
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole

BOTH = [PlatformName.META, PlatformName.GOOGLE_ADS]


def plan_on(*accounts: str, platforms: list[PlatformName] = BOTH) -> int:
    plan = draft_plan(
        [open_posting("-".join(accounts))],
        platforms,
        budget=Money.parse("COP 800000"),
        days=20,
        author="ana",
        start=date(2026, 10, 2),
        accounts=accounts,
    )
    approve_plan(plan.plan_id, "luz")
    return plan.plan_id


def rows_by_account() -> dict[str, int]:
    with database.transaction() as session:
        counted = select(AdMetricsRow.account_id, func.count()).group_by(AdMetricsRow.account_id)
        return {str(one): int(rows) for one, rows in session.execute(counted)}


def told_by_account(world: Sandbox, until: date) -> dict[str, int]:
    told = world.control("GET", "truth", {"until": str(until)})["reported"]
    prefix = {"meta": "act_", "google_ads": ""}  # which Meta's numbers come without
    return dict(Counter(prefix[row["platform"]] + row["account_id"] for row in told))


@pytest.mark.usefixtures("database_url")
def test_each_account_is_published_to_and_read_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(today=date(2026, 10, 1), seed=7, google_ads=True, accounts=2) as world:
        configure(world, monkeypatch)
        configure_google(world, monkeypatch)
        accounts = [one.account_id for one in configured_accounts()]
        meta, google = accounts[:2], accounts[2:]
        with pytest.raises(InputError, match=f"meta has 2 ad accounts: .* {meta[0]}, {meta[1]}"):
            plan_on()
        with pytest.raises(InputError, match="are both of meta"):
            plan_on(*meta, google[0])
        with pytest.raises(InputError, match="999 is no ad account"):
            plan_on(meta[0], google[0], "999")
        for pair in zip(meta, google, strict=True):
            published = publish_campaign(plan_id=plan_on(*pair))
            assert {one.account_id: one.state for one in published} == dict.fromkeys(pair, "active")
        world.control("POST", "clock", {"advance_days": 3})
        today = world.clock.today
        told = told_by_account(world, today - timedelta(days=1))
        assert set(told) == set(accounts)

        # One account down keeps no other from being read, held to its caps or swept, and is named.
        world.control("POST", "faults", {"path": meta[0], "times": 99, "kind": "revoked_token"})
        with pytest.raises(IncompleteError) as refused:
            sync_metrics(today=today)
        assert "Meta" in str(refused.value)
        assert rows_by_account() == {one: told[one] for one in [meta[1], *google]}
        with pytest.raises(IncompleteError, match=r"could not be held to its caps.*could not be swept"):
            converge_campaigns()
        world.control("DELETE", "faults")

        assert [one.account_id for one in sync_metrics(today=today, account=meta[0])] == [meta[0]]
        assert rows_by_account() == told
        assert converge_campaigns().orphans == []
        with pytest.raises(UnknownAccountError, match="no ad account act_5"):
            sync_metrics(today=today, account="act_5")

        # Taken from the settings, an account is left alone, and its campaign says so.
        monkeypatch.setenv("META_AD_ACCOUNT_ID", meta[1])
        settings.cache_clear()
        calls = len(world.control("GET", "calls")["calls"])
        left = {one.account_id: one.state for one in converge_campaigns().converged}
        assert left == {meta[0]: "failed", **dict.fromkeys([meta[1], *google], "active")}
        later = world.control("GET", "calls", {"since_index": calls})["calls"]
        assert not [one for one in later if meta[0] in one["path"]]
