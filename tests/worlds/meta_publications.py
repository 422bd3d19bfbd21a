"""Publications on the sandbox, for the tests of what becomes of them."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from adflux_core import database
from adflux_core.accounts import SharedGovernor, a_day
from adflux_core.advertising import AdPlatform, PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.caps import set_caps
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.money import Money
from adflux_core.platforms import open_platform
from adflux_core.publication.converge import Outcome, converge
from adflux_core.publication.orders import order_publication
from adflux_core.schema.postings import Posting
from sandbox.server import Sandbox

QUIESCENCE = timedelta(minutes=15)


FIRST_DAY = date(2026, 10, 2)


def open_posting(external_id: str = "1") -> int:
    """A posting in Bogotá that may be advertised."""
    with database.transaction() as session:
        posting = Posting(
            source="test",
            external_id=external_id,
            title="Analista de datos",
            company="Cafés del Sur S.A.S.",
            language="es",
            city="Bogotá",
            country="CO",
            apply_url=f"https://empleos.example.com/{external_id}",
            content_hash=external_id.encode(),
        )
        session.add(posting)
        session.flush()
        return posting.id


def raise_caps() -> None:
    """Room for hundreds of campaigns on the account."""
    most = Money.of("COP", 10**10)
    set_caps(opened(PlatformName.META).account(), "test", campaign=most, day=most, month=most)


def planned(
    *posting_ids: int,
    start: date = FIRST_DAY,
    days: int = 20,
    platform: PlatformName = PlatformName.META,
    budget: str = "COP 800000",
) -> int:
    plan = draft_plan(
        posting_ids,
        [platform],
        budget=Money.parse(budget),
        days=days,
        author="ana",
        start=start,
    )
    return plan.plan_id


def published(posting_id: int, **plan: Any) -> int:
    """An approved and ordered publication; `plan` as `planned` takes it."""
    plan_id = planned(posting_id, **plan)
    approve_plan(plan_id, "luz")
    (publication_id,) = order_publication(plan_id, "test")
    return publication_id


def ordered(count: int) -> list[int]:
    """Ordered publications of one plan, on postings of their own."""
    plan_id = planned(*(open_posting(f"many-{number}") for number in range(count)))
    approve_plan(plan_id, "luz")
    return order_publication(plan_id, "test")


def opened(
    name: PlatformName, account_id: str | None = None, *, later: timedelta = timedelta()
) -> AdPlatform:
    """The platform as if `later` had passed for the account's governor, whose time only goes on."""
    ahead = max(later, timedelta()).total_seconds()
    governor = SharedGovernor(name, now=lambda: time.time() + ahead, a_day=a_day(name))
    return open_platform(name, governor, account_id)


def one_pass(publication_id: int, *, later: timedelta = timedelta()) -> Outcome:
    return converge(
        publication_id,
        partial(opened, later=later),
        quiescence=QUIESCENCE,
        now=lambda: datetime.now(UTC) + later,
    )


def objects(world: Sandbox, kind: str) -> list[dict[str, Any]]:
    return [thing for thing in world.control("GET", "objects")["objects"] if thing["kind"] == kind]


def writes(world: Sandbox) -> list[str]:
    return [call["path"].rsplit("/", 1)[-1] for call in write_calls(world)]


def write_calls(world: Sandbox) -> list[dict[str, Any]]:
    """The writes that were meant; a question whether one would be accepted is none."""
    return [
        call
        for call in world.control("GET", "calls")["calls"]
        if call["method"] == "POST" and "execution_options" not in call["params"]
    ]
