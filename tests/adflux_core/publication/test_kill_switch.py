"""The kill switch stands: nothing that is published, resumed or under way runs until it is released."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from meta_publications import objects, one_pass, open_posting, planned, published
from meta_settings import configure
from watched_meta import WatchedSandbox

from adflux_core import database, reports
from adflux_core.advertising import DesiredState
from adflux_core.campaigns.approval import approve_plan
from adflux_core.errors import RefusedError
from adflux_core.publication import kill_switch
from adflux_core.publication.orders import desire, order_publication, stop_all
from adflux_core.schema.publication import PlanItem


@pytest.fixture
def world(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[WatchedSandbox]:
    with WatchedSandbox(today=date(2026, 10, 1), seed=7) as world:
        configure(world, monkeypatch)
        yield world


def account_id() -> str:
    with database.transaction() as session:
        return session.query(PlanItem).limit(1).one().account_id


def throw(account: str | None = None) -> None:
    """The switch alone, as somebody who publishes at the same moment would meet it."""
    with database.transaction() as session:
        kill_switch.throw(session, "ana", account)


def statuses(world: WatchedSandbox) -> set[str]:
    return {thing["status"] for kind in ("campaign", "adset", "ad") for thing in objects(world, kind)}


@pytest.mark.parametrize("of_one_account", [False, True])
def test_nothing_is_published_or_resumed_until_it_is_released(
    world: WatchedSandbox, of_one_account: bool
) -> None:
    running = published(open_posting("1"))
    assert one_pass(running).state == "active"
    plan_id = planned(open_posting("2"))
    approve_plan(plan_id, "luz")
    account = account_id() if of_one_account else None
    assert stop_all("ana", account) == [running]
    released = f"`adflux stop-all --release{' --account ' + account if account else ''}` first"
    with pytest.raises(RefusedError, match=f"stopped by ana at .*{released}"):
        order_publication(plan_id, "test")
    with pytest.raises(RefusedError, match="stopped by ana"):
        desire(running, DesiredState.ACTIVE, "test")
    assert one_pass(running).state == "paused"
    kill_switch.release("luz", account)
    desire(running, DesiredState.ACTIVE, "test")
    assert one_pass(running).state == "active"
    assert one_pass(*order_publication(plan_id, "test")).state == "active"


def test_the_switch_of_another_account_holds_nothing_back(world: WatchedSandbox) -> None:
    throw("act_other")
    assert one_pass(published(open_posting())).state == "active"


def test_what_was_ordered_at_the_same_moment_is_not_run(world: WatchedSandbox) -> None:
    ordered, running = published(open_posting("1")), published(open_posting("2"))
    assert one_pass(running).state == "active"
    throw()
    assert [one_pass(one).state for one in (ordered, running)] == ["paused", "paused"]
    assert statuses(world) == {"PAUSED"}


# The account, four objects, the tree; then ad, ad set and campaign are switched on, one call each.
@pytest.mark.parametrize("call", [6, 7, 8])
def test_thrown_while_a_campaign_is_switched_on_the_campaign_stays_off(
    world: WatchedSandbox, call: int
) -> None:
    publication_id = world.publication_id = published(open_posting())
    world.begin({})
    world.meanwhile[call] = throw
    assert one_pass(publication_id).state == "paused"
    assert {thing["status"] for thing in objects(world, "campaign")} == {"PAUSED"}
    assert one_pass(publication_id).state == "paused"
    assert statuses(world) == {"PAUSED"}


def test_closing_goes_on(world: WatchedSandbox) -> None:
    publication_id = published(open_posting())
    assert one_pass(publication_id).state == "active"
    throw()
    desire(publication_id, DesiredState.CLOSED, "test")
    assert one_pass(publication_id).state == "closed"


def test_it_is_what_needs_somebody_first(world: WatchedSandbox) -> None:
    published(open_posting())
    throw()
    throw()
    (concern, *_) = reports.attention()
    assert (concern.kind, concern.subject, concern.detail) == ("stopped", "", "ana")
    kill_switch.release("luz")
    assert [one for one in reports.attention() if one.kind == "stopped"] == []
    with pytest.raises(RefusedError, match="kill switch of every account is not thrown"):
        kill_switch.release("luz")
