"""What becomes of a campaign on Google: stopped, changed elsewhere, held to its plan, closed, swept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google_publications import GOOGLE, bound, campaigns, google_pass, google_published, running
from meta_publications import QUIESCENCE, opened
from sqlalchemy import text

from adflux_core import database
from adflux_core.advertising import CampaignPlan, DesiredState
from adflux_core.campaigns.approval import approve_plan, token_prefix
from adflux_core.campaigns.changing import draft_budget_change
from adflux_core.money import Money
from adflux_core.platforms.google_ads.adapter import GoogleAdsPlatform
from adflux_core.platforms.google_ads.compile import NODES
from adflux_core.publication.orders import desire, order_publication
from adflux_core.publication.stopping import stop_until_confirmed
from adflux_core.publication.sweep import sweep
from adflux_core.reports.attention import attention
from adflux_core.schema.publication import Publication
from sandbox.server import Sandbox

LATER = QUIESCENCE + timedelta(minutes=1)
CREATE = {"method": "GRPC", "path": "GoogleAdsService/Mutate", "times": 1}


def test_closing_removes_the_campaign_for_good(
    google: Sandbox, posting_id: int, platform: GoogleAdsPlatform
) -> None:
    publication_id = google_published(posting_id)
    google_pass(publication_id)
    ids = bound(publication_id)
    desire(publication_id, DesiredState.CLOSED, "ana")
    assert google_pass(publication_id).state == "closed"
    assert platform.read("campaign", ids["campaign"]).status is DesiredState.CLOSED
    assert campaigns(platform) == []
    platform.set_status("campaign", ids["campaign"], DesiredState.CLOSED)  # twice is once


def test_pausing_and_resuming(google: Sandbox, posting_id: int, platform: GoogleAdsPlatform) -> None:
    publication_id = google_published(posting_id)
    google_pass(publication_id)
    desire(publication_id, DesiredState.PAUSED, "ana")
    assert google_pass(publication_id).state == "paused"
    assert set(running(platform, publication_id).values()) == {DesiredState.PAUSED}
    desire(publication_id, DesiredState.ACTIVE, "ana")
    assert google_pass(publication_id).state == "active"


def test_the_kill_switch_stops_google_too(
    google: Sandbox, posting_id: int, platform: GoogleAdsPlatform
) -> None:
    publication_id = google_published(posting_id)
    google_pass(publication_id)
    stopped = stop_until_confirmed("ana", opened, quiescence=QUIESCENCE)
    assert stopped.still_on == []
    assert running(platform, publication_id)["campaign"] is DesiredState.PAUSED


def test_what_was_stopped_on_googles_screen_is_shown_not_fought(
    google: Sandbox, posting_id: int, platform: GoogleAdsPlatform
) -> None:
    publication_id = google_published(posting_id)
    google_pass(publication_id)
    platform.set_status("campaign", bound(publication_id)["campaign"], DesiredState.PAUSED)
    outcome = google_pass(publication_id)
    assert outcome.state == "drifted"
    assert "campaign was stopped on the platform" in outcome.detail


def test_an_ad_that_was_removed_on_googles_screen_is_gone(
    google: Sandbox, posting_id: int, platform: GoogleAdsPlatform
) -> None:
    publication_id = google_published(posting_id)
    google_pass(publication_id)
    platform.set_status("ad", bound(publication_id)["ad"], DesiredState.CLOSED)
    outcome = google_pass(publication_id)
    assert (outcome.state, outcome.detail) == ("drifted", "the ad was deleted on the platform")


@pytest.mark.parametrize(
    ("resource", "change", "told"),
    [
        (
            "campaign_criterion",
            {"campaign": "campaign", "location": {"geo_target_constant": "geoTargetConstants/2724"}},
            "locations",
        ),
        (
            "campaign_criterion",
            {"campaign": "campaign", "language": {"language_constant": "languageConstants/1000"}},
            "languages",
        ),
        (
            "ad_group_criterion",
            {"ad_group": "ad_group", "keyword": {"text": "casino", "match_type": "BROAD"}},
            "keywords",
        ),
        (
            "ad_group_criterion",
            {"ad_group": "ad_group", "negative": True, "keyword": {"text": "gratis", "match_type": "EXACT"}},
            "narrowed_by",
        ),
    ],
    ids=["location", "language", "keyword", "negative keyword"],
)
def test_what_reaches_others_than_approved_stops_the_campaign(
    resource: str,
    change: dict[str, Any],
    told: str,
    google: Sandbox,
    posting_id: int,
    platform: GoogleAdsPlatform,
) -> None:
    publication_id = google_published(posting_id)
    google_pass(publication_id)
    ids, customer = bound(publication_id), google.google_ads_customer_id
    parents = {
        "campaign": f"customers/{customer}/campaigns/{ids['campaign']}",
        "ad_group": f"customers/{customer}/adGroups/{ids['ad_group']}",
    }
    created = {key: parents.get(key, value) for key, value in change.items()}
    platform._client.mutate(
        [{f"{resource}_operation": {"create": created}}]
    )  # as somebody on Google's screen
    outcome = google_pass(publication_id)
    assert outcome.state == "differs"
    assert told in outcome.detail
    assert running(platform, publication_id)["campaign"] is DesiredState.PAUSED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("campaign_budget.total_amount_micros", 80_000_000_000_000),
        ("campaign.network_settings.target_content_network", True),
        ("campaign.end_date_time", "2026-11-30 23:59:59"),
    ],
)
def test_what_reads_otherwise_is_never_switched_on(
    field: str, value: object, google: Sandbox, posting_id: int, platform: GoogleAdsPlatform
) -> None:
    publication_id = google_published(posting_id)
    google.control("POST", "faults", CREATE | {"kind": "read_back_differs", "field": field, "value": value})
    outcome = google_pass(publication_id)
    assert outcome.state == "differs", outcome
    assert set(running(platform, publication_id).values()) == {DesiredState.PAUSED}


def test_a_budget_changes_to_what_was_approved(
    google: Sandbox, posting_id: int, platform: GoogleAdsPlatform
) -> None:
    publication_id = google_published(posting_id)
    google_pass(publication_id)
    plan = draft_budget_change(publication_id, Money.parse("COP 900000"), "ana")
    approve_plan(plan.plan_id, "luz")
    order_publication(plan.plan_id, "test")
    assert google_pass(publication_id).state == "active"
    budget = platform.read("budget", bound(publication_id)["budget"])
    assert budget.fields["total_amount_micros"] == 900_000_000_000


def test_what_belongs_to_no_publication_is_paused_then_removed(
    google: Sandbox, posting_id: int, platform: GoogleAdsPlatform
) -> None:
    publication_id = google_published(posting_id)
    google_pass(publication_id)
    with database.transaction() as session:
        prefix = token_prefix(session)
        spec = session.execute(text("SELECT spec FROM adflux.plan_item")).scalar_one()
    tokens = {(kind, 0): f"{prefix}{number:012x}]" for number, (kind, _) in enumerate(NODES)}
    (step,) = platform.compile(CampaignPlan.model_validate_json(spec), tokens)
    stray = platform.create(step, {})["campaign", 0]
    platform.set_status("campaign", stray, DesiredState.ACTIVE)
    first = sweep(opened(GOOGLE), quiescence=QUIESCENCE)
    assert {one.kind: one.action for one in first} == {"campaign": "paused", "ad_group": "paused"}
    assert platform.read("campaign", stray).status is DesiredState.PAUSED
    second = sweep(opened(GOOGLE), quiescence=QUIESCENCE, now=lambda: datetime.now(UTC) + LATER)
    assert [(one.kind, one.action) for one in second] == [("campaign", "archived")]
    assert campaigns(platform) == [bound(publication_id)["campaign"]]
    assert google_pass(publication_id).state == "active"


def test_a_disapproved_ad_is_shown_with_its_reason(google: Sandbox, posting_id: int) -> None:
    publication_id = google_published(posting_id)
    google.control("POST", "faults", CREATE | {"kind": "disapprove"})
    google_pass(publication_id)
    google.control("POST", "clock", {"advance_days": 2})
    assert "DISAPPROVED: Discriminatory practices (PROHIBITED)" in shown(publication_id)
    assert [concern.kind for concern in attention()] == ["disapproved"]


def shown(publication_id: int) -> str:
    google_pass(publication_id)
    with database.transaction() as session:
        return session.get_one(Publication, publication_id).effective_status
