"""What people ask of a publication happens, and only with the right to ask it."""

from __future__ import annotations

from datetime import date

import pytest
from meta_publications import objects, one_pass, planned, published, writes
from sqlalchemy import select
from unhurried import Unhurried

from adflux_core import database
from adflux_core.accounts import open_platform
from adflux_core.advertising import DesiredState, PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.errors import (
    DatabaseRefusedError,
    DatabaseUnavailableError,
    RefusedError,
)
from adflux_core.platforms.meta.adapter import MetaPlatform
from adflux_core.publication.orders import (
    close_what_lost_its_posting,
    desire,
    order_publication,
    stop_all,
)
from adflux_core.schema.postings import Posting
from adflux_core.schema.publication import Audit, PlanItem
from adflux_core.settings import settings
from sandbox.server import Sandbox


def test_pause_resume_and_close(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    one_pass(publication_id)
    desire(publication_id, DesiredState.PAUSED, "ana")
    assert one_pass(publication_id).state == "paused"
    assert {t["status"] for k in ("campaign", "adset", "ad") for t in objects(world, k)} == {"PAUSED"}
    desire(publication_id, DesiredState.ACTIVE, "ana")
    assert one_pass(publication_id).state == "active"
    desire(publication_id, DesiredState.CLOSED, "ana")
    assert one_pass(publication_id).state == "closed"
    assert {t["status"] for t in objects(world, "campaign")} == {"ARCHIVED"}
    with pytest.raises(RefusedError, match="closed for good"):
        desire(publication_id, DesiredState.ACTIVE, "ana")


def test_a_stop_on_the_platforms_own_screen_is_shown_and_not_fought(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    outcome = one_pass(publication_id)
    meta = open_platform(PlatformName.META)
    meta.set_status("campaign", outcome.external_ids["campaign"], DesiredState.PAUSED)
    drifted = one_pass(publication_id)
    assert drifted.state == "drifted"
    assert {t["status"] for t in objects(world, "campaign")} == {"PAUSED"}
    desire(publication_id, DesiredState.ACTIVE, "ana")
    assert one_pass(publication_id).state == "active"


def test_pausing_makes_nothing_and_needs_nothing_else_to_be_right(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    desire(publication_id, DesiredState.PAUSED, "ana")
    assert one_pass(publication_id).state == "paused"
    assert writes(world) == []
    desire(publication_id, DesiredState.ACTIVE, "ana")
    outcome = one_pass(publication_id)
    meta = MetaPlatform(settings(), Unhurried())
    meta._post((outcome.external_ids["ad_group"],), {"lifetime_budget": 900_000})
    desire(publication_id, DesiredState.PAUSED, "ana")
    assert one_pass(publication_id).state == "paused"
    assert {t["status"] for k in ("campaign", "adset", "ad") for t in objects(world, k)} == {"PAUSED"}


def test_a_campaign_ends_with_its_posting(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    one_pass(publication_id)
    assert close_what_lost_its_posting("test") == []
    with database.transaction() as session:
        session.get_one(Posting, posting_id).expires_on = date(2026, 1, 1)
    assert close_what_lost_its_posting("test") == [publication_id]
    assert one_pass(publication_id).state == "closed"
    assert close_what_lost_its_posting("test") == []
    with database.transaction() as session:
        reasons = session.scalars(select(Audit.action).where(Audit.publication_id == publication_id)).all()
    assert "posting expired" in reasons


def test_stop_all_wants_everything_paused_of_that_account_only(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    one_pass(publication_id)
    assert stop_all("ana", "act_somebody_else") == []
    assert stop_all("ana", world.meta_ad_account_id) == [publication_id]
    assert one_pass(publication_id).state == "paused"
    assert {t["status"] for k in ("campaign", "adset", "ad") for t in objects(world, k)} == {"PAUSED"}


def test_without_an_approval_nothing_is_ordered(world: Sandbox, posting_id: int) -> None:
    plan_id = planned(posting_id)
    with pytest.raises(RefusedError, match="not approved"):
        order_publication(plan_id, "test")
    assert writes(world) == []


def test_an_edited_plan_is_refused_at_every_door(world: Sandbox, posting_id: int) -> None:
    plan_id = planned(posting_id)
    approve_plan(plan_id, "luz")
    with database.connection() as connected:
        connected.exec_driver_sql("ALTER TABLE adflux.plan_item DISABLE TRIGGER append_only")
        connected.exec_driver_sql("UPDATE adflux.plan_item SET spec = replace(spec, '80000000', '90000000')")
    with pytest.raises(RefusedError, match="edited"):
        order_publication(plan_id, "test")


def test_publishing_a_plan_twice_is_publishing_it_once(world: Sandbox, posting_id: int) -> None:
    plan_id = planned(posting_id)
    approve_plan(plan_id, "luz")
    assert order_publication(plan_id, "test") == order_publication(plan_id, "test")
    other = planned(posting_id)
    approve_plan(other, "luz")
    with pytest.raises(RefusedError, match="already runs"):
        order_publication(other, "test")


def test_the_record_of_a_plan_cannot_be_changed(world: Sandbox, posting_id: int) -> None:
    planned(posting_id)
    with pytest.raises(DatabaseRefusedError, match="append-only"), database.transaction() as session:
        session.query(PlanItem).delete()


def test_a_database_that_is_down_is_one_line_and_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADFLUX_DATABASE_URL", "postgresql://me:hunter2@127.0.0.1:1/none")
    settings.cache_clear()
    with pytest.raises(DatabaseUnavailableError) as failure:
        one_pass(1)
    assert failure.value.retriable
    assert "hunter2" not in str(failure.value)
