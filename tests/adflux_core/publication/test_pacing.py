"""What the platform really spent is read each tick, and at a cap it stops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from meta_publications import objects, one_pass, published

from adflux_core import database, reports
from adflux_core.accounts import open_platform
from adflux_core.advertising import DesiredState, PlatformName
from adflux_core.campaigns.caps import set_caps
from adflux_core.errors import UnavailableError
from adflux_core.money import Money
from adflux_core.publication.orders import desire
from adflux_core.publication.pacing import Overspent, hold_to_caps
from adflux_core.schema.publication import Publication
from sandbox.server import Sandbox


def held(world: Sandbox) -> list[Overspent]:
    noon = datetime.combine(world.clock.today, datetime.min.time(), UTC) + timedelta(hours=17)
    return hold_to_caps(open_platform(PlatformName.META), noon)


def desired(publication_id: int) -> str:
    with database.transaction() as session:
        return session.get_one(Publication, publication_id).desired_state


def spent(world: Sandbox) -> Decimal:
    return sum((Decimal(row["spend"]) for row in world.control("GET", "truth")["reported"]), Decimal(0))


def cap(**caps: int) -> None:
    account = open_platform(PlatformName.META).account()
    set_caps(account, "luz", **{name: Money.of("COP", pesos) for name, pesos in caps.items()})


def running(world: Sandbox, posting_id: int, days: int = 3, hours: int = 12) -> int:
    publication_id = published(posting_id)
    one_pass(publication_id)
    world.control("POST", "clock", {"advance_days": days})
    world.control("POST", "clock", {"advance_seconds": hours * 3600})
    return publication_id


def test_within_its_caps_nothing_is_touched(world: Sandbox, posting_id: int) -> None:
    publication_id = running(world, posting_id)
    assert spent(world) > 0
    assert held(world) == []
    assert desired(publication_id) == "active"


@pytest.mark.parametrize("limit", ["day", "month"])
def test_at_a_cap_of_the_account_everything_pauses(world: Sandbox, posting_id: int, limit: str) -> None:
    publication_id = running(world, posting_id)
    cap(**{limit: 1_000})
    (reached,) = held(world)
    assert (reached.limit, reached.publications) == (limit, [publication_id])
    assert reached.spent > reached.most.amount
    if limit == "month":
        assert reached.spent == spent(world)
    assert one_pass(publication_id).state == "paused"
    before = spent(world)
    world.control("POST", "clock", {"advance_seconds": 600})
    assert {thing["status"] for kind in ("campaign", "adset", "ad") for thing in objects(world, kind)} == {
        "PAUSED"
    }
    assert spent(world) <= before
    concerns = [(concern.kind, concern.publication_id) for concern in reports.attention()]
    assert concerns == [("capped", publication_id)]
    assert held(world) == []  # nothing of ours runs there any more


def test_a_person_may_resume_once_the_cap_is_raised(world: Sandbox, posting_id: int) -> None:
    publication_id = running(world, posting_id)
    cap(month=1_000)
    held(world)
    one_pass(publication_id)
    cap(month=10_000_000)
    desire(publication_id, DesiredState.ACTIVE, "luz")
    assert one_pass(publication_id).state == "active"
    assert held(world) == []
    assert reports.attention() == []


def test_a_campaign_beyond_its_approved_budget_pauses_alone(world: Sandbox, posting_id: int) -> None:
    publication_id = running(world, posting_id)
    meta = open_platform(PlatformName.META)
    (ad_set,) = objects(world, "adset")
    # Somebody raises it on the platform's own screen, and it spends before anyone looks.
    world.account.nodes[ad_set["id"]].values["lifetime_budget"] = 8_000_000
    world.control("POST", "clock", {"advance_days": 10})
    assert spent(world) > 800_000
    (reached,) = [one for one in held(world) if one.limit == "campaign"]
    assert (reached.most, reached.publications) == (Money.of("COP", 800_000), [publication_id])
    assert meta.name == reached.platform


def test_a_spend_that_cannot_be_read_is_an_error_and_no_guess(world: Sandbox, posting_id: int) -> None:
    publication_id = running(world, posting_id)
    world.control("POST", "faults", {"method": "GET", "path": "insights$", "times": 1, "kind": "html_502"})
    with pytest.raises(UnavailableError):
        held(world)
    assert desired(publication_id) == "active"
