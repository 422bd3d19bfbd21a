"""A campaign starts and ends at midnight of the account, clock change or not."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from meta_publications import objects, one_pass
from sqlalchemy import select

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.money import Money
from adflux_core.publication.orders import order_publication
from adflux_core.schema.postings import Posting
from adflux_core.schema.publication import PlanItem
from adflux_core.settings import settings
from sandbox.server import Sandbox

# A day of 25 hours ends summer time in Madrid, one of 23 begins it in New York.
CHANGES = [
    (
        "EUR",
        "Europe/Madrid",
        "ES",
        date(2026, 10, 20),
        10,
        "2026-10-20T00:00+02:00",
        "2026-10-30T00:00+01:00",
    ),
    (
        "USD",
        "America/New_York",
        "US",
        date(2027, 3, 10),
        7,
        "2027-03-10T00:00-05:00",
        "2027-03-17T00:00-04:00",
    ),
    (
        "COP",
        "America/Bogota",
        "CO",
        date(2026, 10, 20),
        10,
        "2026-10-20T00:00-05:00",
        "2026-10-30T00:00-05:00",
    ),
]


@pytest.mark.parametrize(("currency", "zone", "country", "start", "days", "starts_at", "ends_at"), CHANGES)
def test_a_campaign_runs_whole_days_of_its_account(
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    currency: str,
    zone: str,
    country: str,
    start: date,
    days: int,
    starts_at: str,
    ends_at: str,
) -> None:
    with Sandbox(currency=currency, timezone=zone, country=country, today=start, seed=3) as world:
        for name in ("graph_url", "access_token", "app_secret", "ad_account_id", "page_id"):
            monkeypatch.setenv(f"META_{name.upper()}", str(getattr(world, f"meta_{name}") or ""))
        settings.cache_clear()
        with database.transaction() as session:
            posting = Posting(
                source="test",
                external_id="1",
                title="Baker",
                company="Horno S.L.",
                language="en",
                country=country,
                apply_url="https://jobs.example.com/1",
                content_hash=b"1",
            )
            session.add(posting)
            session.flush()
            posting_id = posting.id
        budget = Money.of(currency, 10_000 * days if currency == "COP" else 30 * days)
        plan = draft_plan(
            [posting_id], [PlatformName.META], budget=budget, days=days, author="ana", start=start
        )
        (campaign,) = plan.campaigns
        assert (
            campaign.starts_at.isoformat(timespec="minutes"),
            campaign.ends_at.isoformat(timespec="minutes"),
        ) == (starts_at, ends_at)
        # The worst day is a day of the calendar: the longer or shorter one counts as one.
        assert campaign.worst_day.minor == -(-budget.minor * 7 // (4 * days))
        with database.transaction() as session:
            item = session.scalars(select(PlanItem)).one()
            assert (item.first_day, (item.last_day - item.first_day).days) == (start, days - 1)
        approve_plan(plan.plan_id, "luz")
        (publication_id,) = order_publication(plan.plan_id, "test")
        assert one_pass(publication_id).state == "active"
        (ad_set,) = objects(world, "adset")
        for wire, wanted in (("start_time", starts_at), ("end_time", ends_at)):
            seen = ad_set["values"][wire]
            assert datetime.fromisoformat(seen) == datetime.fromisoformat(wanted)
        world.control("POST", "clock", {"advance_days": days + 3})
        spent_on = {row["date_day"] for row in world.control("GET", "truth")["settled"]}
        last = datetime.fromisoformat(ends_at).date()
        assert spent_on <= {str(date.fromordinal(n)) for n in range(start.toordinal(), last.toordinal())}
        assert len(spent_on) >= days - 1
