"""One publication becomes one tree, whatever happens on the way. Against the sandbox, through the SDK."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from meta_publications import QUIESCENCE, objects, one_pass, opened, published, write_calls, writes

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.errors import (
    CredentialsError,
    InputError,
    ThrottledError,
    ValidationError,
)
from adflux_core.publication.claim import FencedError, claim
from adflux_core.publication.sweep import sweep
from adflux_core.schema.publication import Orphan, Publication
from sandbox.server import Sandbox

KINDS = {"campaign", "ad_group", "image", "creative", "ad"}


def test_a_posting_becomes_one_lawful_live_campaign(world: Sandbox, posting_id: int) -> None:
    outcome = one_pass(published(posting_id))
    assert (outcome.state, outcome.detail) == ("active", "")
    assert set(outcome.external_ids) == KINDS
    (campaign,) = objects(world, "campaign")
    (ad_set,) = objects(world, "adset")
    (ad,) = objects(world, "ad")
    assert campaign["values"]["special_ad_categories"] == ["EMPLOYMENT"]
    assert ad_set["values"]["lifetime_budget"] == 800_000  # pesos: Meta counts COP in whole units
    assert {thing["status"] for thing in (campaign, ad_set, ad)} == {"ACTIVE"}
    assert ad["id"] == outcome.external_ids["ad"]


def test_everything_is_created_paused_and_the_campaign_is_switched_on_last(
    world: Sandbox, posting_id: int
) -> None:
    outcome = one_pass(published(posting_id))
    calls = write_calls(world)
    statuses = [call["params"].get("status") for call in calls if "status" in call["params"]]
    assert statuses == ["PAUSED", "PAUSED", "PAUSED", "ACTIVE", "ACTIVE", "ACTIVE"]
    assert calls[-1]["path"].endswith(outcome.external_ids["campaign"])


def test_a_second_pass_writes_nothing(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    one_pass(publication_id)
    before = writes(world)
    assert one_pass(publication_id).state == "active"
    assert writes(world) == before


@pytest.mark.parametrize("edge", ["campaigns", "adsets", "adimages", "adcreatives", "ads"])
@pytest.mark.parametrize("fault", ["drop_before_commit", "drop_after_commit", "html_502"])
def test_a_lost_answer_never_makes_a_second_tree(
    world: Sandbox, posting_id: int, edge: str, fault: str
) -> None:
    publication_id = published(posting_id)
    world.control("POST", "faults", {"method": "POST", "path": f"{edge}$", "times": 1, "kind": fault})
    first = one_pass(publication_id)
    assert first.state == "doubtful"
    assert one_pass(publication_id, later=QUIESCENCE * 2).state == "active"
    for kind in ("campaign", "adset", "adcreative", "ad"):
        assert len(objects(world, kind)) == 1, kind


def test_what_was_renamed_meanwhile_is_found_by_its_label(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    world.control(
        "POST", "faults", {"method": "POST", "path": "campaigns$", "times": 1, "kind": "drop_after_commit"}
    )
    assert one_pass(publication_id).state == "doubtful"
    (campaign,) = objects(world, "campaign")
    world.account.nodes[campaign["id"]].values["name"] = "A better name"
    assert one_pass(publication_id).state == "active"
    assert [thing["id"] for thing in objects(world, "campaign")] == [campaign["id"]]


def test_doubt_waits_for_the_quiescence_time_before_it_asks_again(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    world.control(
        "POST", "faults", {"method": "POST", "path": "campaigns$", "times": 1, "kind": "drop_before_commit"}
    )
    one_pass(publication_id)
    assert one_pass(publication_id, later=QUIESCENCE / 2).state == "doubtful"
    assert writes(world).count("campaigns") == 1
    assert one_pass(publication_id, later=QUIESCENCE * 2).state == "active"
    assert writes(world).count("campaigns") == 2


def test_a_write_that_arrives_late_becomes_an_orphan_that_the_sweep_puts_away(
    world: Sandbox, posting_id: int
) -> None:
    publication_id = published(posting_id)
    world.control(
        "POST",
        "faults",
        {"method": "POST", "path": "campaigns$", "times": 1, "kind": "late_commit", "seconds": 7200},
    )
    one_pass(publication_id)
    assert one_pass(publication_id, later=QUIESCENCE * 2).state == "active"
    world.control("POST", "flush")
    assert len(objects(world, "campaign")) == 2
    (swept,) = sweep(opened(PlatformName.META, later=QUIESCENCE * 2), quiescence=QUIESCENCE)
    assert swept.action == "archived"
    assert sorted(thing["status"] for thing in objects(world, "campaign")) == ["ACTIVE", "ARCHIVED"]
    with database.transaction() as session:
        assert session.get_one(Orphan, ("meta", swept.external_id)).action == "archived"
    assert sweep(opened(PlatformName.META, later=QUIESCENCE * 2), quiescence=QUIESCENCE) == []


def test_what_reads_back_differently_never_runs(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    world.control(
        "POST",
        "faults",
        {
            "method": "POST",
            "path": "adsets$",
            "times": 1,
            "kind": "read_back_differs",
            "field": "lifetime_budget",
            "value": 80_000_000,
        },
    )
    outcome = one_pass(publication_id)
    assert outcome.state == "differs"
    assert "lifetime_budget should be 800000 and reads 80000000" in outcome.detail
    assert {thing["status"] for thing in objects(world, "campaign")} == {"PAUSED"}


def test_refusals_and_throttles_leave_nothing_in_doubt(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    world.control("POST", "faults", {"method": "POST", "path": "adsets$", "times": 1, "kind": "throttle"})
    with pytest.raises(ThrottledError) as throttled:
        one_pass(publication_id)
    assert throttled.value.retriable
    assert (throttled.value.retry_after or 0) > 0
    before = len(world.control("GET", "calls")["calls"])
    with pytest.raises(ThrottledError, match="no room for another call"):
        one_pass(publication_id)
    assert len(world.control("GET", "calls")["calls"]) == before
    world.control(
        "POST",
        "faults",
        {
            "method": "POST",
            "path": "adsets$",
            "times": 1,
            "kind": "graph_error",
            "code": 100,
            "subcode": 1885272,
            "http_status": 400,
            "message": "Budget too low",
        },
    )
    with pytest.raises(ValidationError, match="Budget too low"):
        one_pass(publication_id, later=QUIESCENCE)
    assert one_pass(publication_id, later=QUIESCENCE).state == "active"
    assert len(objects(world, "adset")) == 1


def test_a_revoked_token_is_a_persons_job_and_mends(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    world.control("POST", "faults", {"method": "POST", "path": "ads$", "times": 1, "kind": "revoked_token"})
    with pytest.raises(CredentialsError) as refusal:
        one_pass(publication_id)
    assert world.meta_access_token not in str(refusal.value)
    assert one_pass(publication_id).state == "active"


def test_one_worker_at_a_time_and_a_late_one_cannot_write(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    with claim(publication_id) as held:
        assert held is not None
        assert one_pass(publication_id).busy
        with database.transaction() as session:
            session.get_one(Publication, publication_id).epoch += 1
        with pytest.raises(FencedError):
            held.conclude("paused", "", "", datetime.now(UTC))
    assert writes(world) == []


def test_an_unknown_publication_is_one_line(database_url: str) -> None:
    with pytest.raises(InputError, match="publication 99 does not exist"), claim(99):
        pass
