"""A campaign that runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from meta_numbers import FIRST

from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.money import Money
from adflux_core.publication.converge import converge
from adflux_core.publication.orders import order_publication
from sandbox.server import Sandbox


@pytest.fixture
def running(world: Sandbox, posting_id: int) -> Iterator[Sandbox]:
    """A sandbox in which one campaign has run for twelve days."""
    plan = draft_plan(
        [posting_id],
        [PlatformName.META],
        budget=Money.parse("COP 900000"),
        days=40,
        author="ana",
        start=FIRST + timedelta(days=1),
    )
    approve_plan(plan.plan_id, "luz")
    (publication_id,) = order_publication(plan.plan_id, "test")
    assert converge(publication_id, open_platform, quiescence=timedelta()).state == "active"
    world.control("POST", "clock", {"advance_days": 12})
    return world
