"""A posting is advertised on Google: made once whatever is lost, read back, switched on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from google_plans import TOKENS, plan
from google_publications import (
    GOOGLE,
    bound,
    campaigns,
    google_pass,
    google_planned,
    google_published,
    mutates,
    running,
)
from meta_publications import FIRST_DAY, QUIESCENCE, open_posting, opened
from sqlalchemy import select

from adflux_core import database
from adflux_core.accounts import operations_left
from adflux_core.advertising import DesiredState
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.caps import set_caps
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.errors import AccountBlockedError, AmbiguousError, ThrottledError, ValidationError
from adflux_core.money import Money
from adflux_core.platforms.google_ads.adapter import GoogleAdsPlatform
from adflux_core.platforms.google_ads.compile import NODES
from adflux_core.publication.orders import order_publication
from adflux_core.schema.publication import Publication
from sandbox.server import Sandbox

LATER = QUIESCENCE + timedelta(minutes=1)
CREATE = {"method": "GRPC", "path": "GoogleAdsService/Mutate", "times": 1}


def test_a_posting_becomes_a_campaign_that_runs(
    google: Sandbox, posting_id: int, platform: GoogleAdsPlatform
) -> None:
    publication_id = google_published(posting_id)
    outcome = google_pass(publication_id)
    assert (outcome.state, outcome.detail) == ("active", "")
    assert set(outcome.external_ids) == {"budget", "campaign", "ad_group", "ad"}
    assert set(running(platform, publication_id).values()) == {DesiredState.ACTIVE}
    switched = [call["params"]["operations"] for call in mutates(google)][-3:]
    assert switched == ["ad_group_ad.update", "ad_group.update", "campaign.update"]
    before = len(mutates(google))
    assert google_pass(publication_id).state == "active"
    assert len(mutates(google)) == before


def test_the_plan_shows_what_google_would_get_and_what_it_says_against_it(
    google: Sandbox, posting_id: int
) -> None:
    finding = {"kind": "policy_finding", "topic": "PUNCTUATION_AND_SYMBOLS"}
    google.control("POST", "faults", CREATE | finding)
    answer = draft_plan(
        [posting_id], [GOOGLE], budget=Money.parse("COP 800000"), days=20, author="ana", start=FIRST_DAY
    )
    (campaign,) = answer.campaigns
    assert "PUNCTUATION_AND_SYMBOLS" in campaign.findings[0]
    assert [one["kind"] for one in campaign.payloads] == [kind for kind, _ in NODES]
    # A total budget has no limit a day.
    assert campaign.worst_day == campaign.worst_case == Money.parse("COP 800000")
    assert [call["params"]["validate_only"] for call in mutates(google)] == ["true"]


def test_a_budget_below_googles_own_minimum_says_what_it_must_be(google: Sandbox, posting_id: int) -> None:
    (campaign,) = draft_plan(
        [posting_id], [GOOGLE], budget=Money.parse("COP 40000"), days=20, author="ana", start=FIRST_DAY
    ).campaigns
    assert "at least COP" in campaign.findings[0]


def test_a_campaign_longer_than_google_allows_is_refused_when_it_is_planned(
    google: Sandbox, posting_id: int
) -> None:
    with pytest.raises(ValidationError, match="3 to 90 days"):
        google_planned(posting_id, days=91)


@pytest.mark.parametrize("kind", ["drop_after_commit", "google_ads_error", "grpc_status"])
def test_a_tree_whose_answer_was_lost_is_found_and_adopted(
    kind: str, google: Sandbox, posting_id: int, platform: GoogleAdsPlatform
) -> None:
    publication_id = google_published(posting_id)
    after = {} if kind == "drop_after_commit" else {"after_commit": True}
    google.control("POST", "faults", CREATE | {"kind": kind} | after)
    assert google_pass(publication_id).state == "doubtful"
    assert google_pass(publication_id).state == "active"
    assert campaigns(platform) == [bound(publication_id)["campaign"]]
    assert [call["params"]["operations"].split()[0] for call in mutates(google)].count(
        "campaign_budget.create"
    ) == 2


def test_a_tree_that_was_never_made_is_asked_for_again_only_after_the_quiescence(
    google: Sandbox, posting_id: int, platform: GoogleAdsPlatform
) -> None:
    publication_id = google_published(posting_id)
    google.control("POST", "faults", CREATE | {"kind": "drop_before_commit"})
    assert google_pass(publication_id).state == "doubtful"
    assert google_pass(publication_id).state == "doubtful"
    assert campaigns(platform) == []
    assert google_pass(publication_id, later=LATER).state == "active"
    assert campaigns(platform) == [bound(publication_id)["campaign"]]


def test_a_name_that_is_taken_by_us_is_doubt_and_by_something_removed_a_refusal(
    google: Sandbox, platform: GoogleAdsPlatform
) -> None:
    (step,) = platform.compile(plan(), TOKENS)
    taken = {"kind": "google_ads_error", "category": "campaign_error", "name": "DUPLICATE_CAMPAIGN_NAME"}
    google.control("POST", "faults", CREATE | taken)
    with pytest.raises(AmbiguousError):  # nothing is listed under it yet: that proves nothing
        platform.create(step, {})
    made = platform.create(step, {})
    with pytest.raises(AmbiguousError, match="there already"):
        platform.create(step, {})
    assert [found.external_id for found in platform.find(step.nodes[1])] == [made["campaign", 0]]
    platform.set_status("campaign", made["campaign", 0], DesiredState.CLOSED)
    assert [platform.find(node) for node in step.nodes] == [[], [], [], []]
    google.control("POST", "faults", CREATE | taken)
    with pytest.raises(ValidationError, match="a removed campaign has this name"):
        platform.create(step, {})


def test_a_name_that_only_resembles_ours_is_not_adopted(google: Sandbox, platform: GoogleAdsPlatform) -> None:
    (step,) = platform.compile(plan(), TOKENS)
    made = platform.create(step, {})
    for kind in ("campaign", "ad_group"):
        renamed = {"resource_name": f"customers/{google.google_ads_customer_id}/", "name": "[af:k:x] " + kind}
        renamed["resource_name"] += f"{'campaigns' if kind == 'campaign' else 'adGroups'}/{made[kind, 0]}"
        renamed["name"] = f"{step.nodes[1].token} copy"
        platform._client.mutate([{f"{kind}_operation": {"update": renamed, "updateMask": "name"}}])
    assert [platform.find(node) for node in step.nodes] == [[], [], [], []]


def test_what_only_a_person_can_settle_stops_the_account_and_says_what_to_do(
    google: Sandbox, posting_id: int
) -> None:
    publication_id = google_published(posting_id)
    google.control("POST", "google_ads", {"hec_agreement_required": True})
    with pytest.raises(AccountBlockedError, match="accept the housing, employment and credit terms"):
        google_pass(publication_id)
    with database.transaction() as session:
        stored = session.scalars(select(Publication)).one()
        assert stored.state == "failed"
    google.control("POST", "google_ads", {"hec_agreement_required": False})
    assert google_pass(publication_id).state == "active"


def test_a_throttled_create_made_nothing_and_is_made_when_there_is_room(
    google: Sandbox, posting_id: int
) -> None:
    publication_id = google_published(posting_id)
    google.control("POST", "faults", CREATE | {"kind": "quota", "seconds": 40})
    with pytest.raises(ThrottledError) as throttled:
        google_pass(publication_id)
    assert throttled.value.retry_after == 40
    assert google_pass(publication_id, later=timedelta(seconds=45)).state == "active"


def test_many_publications_at_once_all_run_within_the_operations_of_the_day(
    google: Sandbox, database_url: str
) -> None:
    plan_id = google_planned(*(open_posting(f"many-{number}") for number in range(16)))
    approve_plan(plan_id, "luz")
    ordered = order_publication(plan_id, "test")
    google.control("POST", "latency", {"seconds": 0.02})
    most = Money.of("COP", 10**10)
    set_caps(opened(GOOGLE).account(), "test", campaign=most, day=most, month=most)

    def at_once() -> int:
        before = operations_left(GOOGLE) or 0
        with ThreadPoolExecutor(16) as pool:
            assert {outcome.state for outcome in pool.map(google_pass, ordered)} == {"active"}
        return before - (operations_left(GOOGLE) or 0)

    published, looked_at = at_once(), at_once()
    # Fifteen objects and three switches each; then what all are looked at for together.
    assert published < 16 * 24
    assert looked_at <= 16
