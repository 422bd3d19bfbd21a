"""The soak, small: it ends well with a kill and failing calls in it, and it would say so if it did not.

`make soak` is the whole: 50 accounts of 1,000 ads for thirty nights.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
import soak_verdict
from meta_publications import open_posting
from soaked_world import SoakedWorld

from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.metrics.sync import sync_metrics
from adflux_core.money import Money
from adflux_core.publication.converge import converge
from adflux_core.publication.orders import order_publication
from adflux_core.settings import settings
from sandbox.meta.kinds import AD_SET, CAMPAIGN

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "tests" / "worlds" / "soak.py"
SMALL = "--accounts 2 --ads 20 --nights 1 --publications 2 --quiescence 5 --seed 1".split()


@pytest.fixture
def soaked(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoakedWorld]:
    """One account on each platform, both full of others' ads beside one of ours, read after a night."""
    with SoakedWorld(2, seed=7, share=0.05) as world:
        for name, value in world.environment().items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        plan = draft_plan(
            *([open_posting()], list(PlatformName)),
            budget=Money.parse("COP 800000"),
            days=60,
            author="ana",
            start=world.today + timedelta(days=1),
        )
        approve_plan(plan.plan_id, "luz")
        for one in order_publication(plan.plan_id, "test"):
            assert converge(one, open_platform, quiescence=timedelta()).state == "active"
        world.advance(1)
        world.fill(20)
        world.advance(9)
        for name in PlatformName:
            assert sync_metrics(open_platform(name), today=world.today).complete
        yield world


def test_the_verdict_names_each_broken_promise(soaked: SoakedWorld, database_url: str) -> None:
    assert {len(list(soaked.truth(one, date.min))) > 150 for one in soaked.account_ids} == {True}
    assert soak_verdict.broken(soaked, database_url) == []
    meta, _ = soaked.account_ids
    (account,) = soaked.sandbox.accounts
    ours = next(account.of_kind(CAMPAIGN.name))
    with psycopg.connect(database_url) as connected:
        connected.execute(
            """UPDATE adflux.ad_metrics SET clicks = clicks + 1, as_of = adflux.metrics_instant()
               WHERE account_id = %s AND date_day = (SELECT max(date_day) FROM adflux.ad_metrics)
                 AND ad_id = (SELECT max(ad_id) FROM adflux.ad_metrics WHERE account_id = %s)""",
            [meta, meta],
        )
    wrong = soak_verdict.broken(soaked, database_url)
    assert len(wrong) == 2
    assert wrong[0].startswith(f"{meta}: 1 of ")
    assert wrong[0].endswith(" rows are wrong")
    assert wrong[1].startswith(f"{meta}: the sums are ")
    ad_set = next(account.of_kind(AD_SET.name))
    ad_set.values["lifetime_budget"] *= 10
    (richer,) = soak_verdict.broken(soaked, database_url)[len(wrong) :]
    assert "on meta: 800000.00 are approved, 8000000 set" in richer
    ad_set.values["lifetime_budget"] //= 10
    twin = account.add(CAMPAIGN.name, dict(ours.values))
    (doubled,) = soak_verdict.broken(soaked, database_url)[len(wrong) :]
    assert f"its campaigns are {{'{ours.id}': 'ACTIVE', '{twin.id}': 'ACTIVE'}}" in doubled


# For minutes: `make torture` has it, `make test` what its verdict says of a promise that is broken.
if os.environ.get("ADFLUX_SOAK"):

    def test_a_night_with_a_kill_and_failing_calls_keeps_every_promise() -> None:
        done = subprocess.run(
            [sys.executable, str(PROGRAM), *SMALL],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=1_200,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        answer = json.loads(done.stdout.splitlines()[-1])
        assert (answer["name"], answer["holds"]) == ("soak", True)
        figures = answer["figures"]
        assert (figures["nights"], figures["broken"]) == (1, [])
        assert figures["kills"] > 0 < figures["calls_failed"]
