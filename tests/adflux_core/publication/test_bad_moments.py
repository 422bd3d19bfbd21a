"""Whatever happens in the middle of a publication: one tree or none, and no money that nobody approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from meta_publications import QUIESCENCE, objects, one_pass, open_posting, published, writes
from meta_settings import configure
from unhurried import Unhurried
from watched_meta import WatchedSandbox

from adflux_core import database
from adflux_core.errors import CredentialsError
from adflux_core.platforms.meta.adapter import MetaPlatform
from adflux_core.publication.orders import close_what_lost_its_posting
from adflux_core.publication.sweep import sweep
from adflux_core.schema.postings import Posting
from adflux_core.schema.publication import Publication
from adflux_core.settings import settings
from sandbox.server import Sandbox

KINDS = ("campaign", "adset", "adcreative", "ad")
CALLS = range(1, 12)  # of a publication that nothing disturbs
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[WatchedSandbox]:
    with WatchedSandbox(today=date(2026, 10, 1), seed=7) as world:
        configure(world, monkeypatch)
        yield world


def fault(world: Sandbox, path: str, kind: str, **details: object) -> None:
    world.control("POST", "faults", {"path": path, "kind": kind, **details})


@pytest.mark.parametrize("call", [3, 6, 8, 10])
def test_a_token_revoked_in_the_middle_stops_everything_until_it_is_mended(
    watched: WatchedSandbox, posting_id: int, call: int
) -> None:
    publication_id = published(posting_id)
    watched.begin({})
    watched.meanwhile[call] = lambda: fault(watched, "", "revoked_token", times=1000)
    for later in (timedelta(), QUIESCENCE * 2, QUIESCENCE * 4):
        with pytest.raises(CredentialsError) as refusal:
            one_pass(publication_id, later=later)
        assert watched.meta_access_token not in str(refusal.value)
    assert watched.asked == call + 2  # one call a pass finds out
    with database.transaction() as session:
        assert session.get_one(Publication, publication_id).state == "failed"
    watched.control("DELETE", "faults")
    assert one_pass(publication_id, later=QUIESCENCE * 4).state == "active"
    assert [len(objects(watched, kind)) for kind in KINDS] == [1, 1, 1, 1]
    assert watched.violations == []


def test_an_account_that_counts_in_another_currency_now_gets_nothing(
    world: Sandbox, posting_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """800,000 pesos are 8,000.00 euros on the wire, so reading it back would find nothing wrong."""
    publication_id = published(posting_id)
    with Sandbox(currency="EUR", today=date(2026, 10, 1), seed=7) as other:
        assert other.meta_ad_account_id == world.meta_ad_account_id
        configure(other, monkeypatch)
        outcome = one_pass(publication_id)
        assert (outcome.state, outcome.external_ids) == ("failed", {})
        assert "COP" in outcome.detail
        assert "EUR" in outcome.detail
        assert writes(other) == []
    configure(world, monkeypatch)
    assert one_pass(publication_id).state == "active"


def test_another_account_than_the_plans_gets_nothing(
    world: Sandbox, posting_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication_id = published(posting_id)
    with Sandbox(today=date(2026, 10, 1), seed=8) as other:
        configure(other, monkeypatch)
        outcome = one_pass(publication_id)
        assert outcome.state == "failed"
        assert world.meta_ad_account_id in outcome.detail
        assert writes(other) == []


@pytest.mark.parametrize("part", range(4))
def test_a_posting_that_closes_while_it_is_published_is_off_within_a_tick(
    database_url: str, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    """At every call of the publication; what another worker's tick says then is heard at the next one."""
    left = {}
    for call in CALLS[part::4]:
        with WatchedSandbox(today=date(2026, 10, 1), seed=7) as world:
            configure(world, monkeypatch)
            posting_id = open_posting(str(call))
            publication_id = world.publication_id = published(posting_id)
            world.begin({})
            world.meanwhile[call] = lambda posting_id=posting_id: _close(posting_id)
            one_pass(publication_id)
            close_what_lost_its_posting("tick")
            outcome = one_pass(publication_id)
            on = [one["id"] for one in world.control("GET", "objects")["objects"] if one.get("delivers")]
            running = [node.id for node in world.running()]
            if outcome.state != "closed" or on or running or world.violations:
                left[call] = (outcome, on, running, world.violations)
            assert {one["status"] for one in objects(world, "campaign")} == {"ARCHIVED"}
    assert left == {}


def _close(posting_id: int) -> None:
    with database.transaction() as session:
        session.get_one(Posting, posting_id).status = "closed"
    close_what_lost_its_posting("another worker")


def test_a_posting_that_closes_in_doubt_leaves_nothing_behind(
    watched: WatchedSandbox, posting_id: int
) -> None:
    publication_id = published(posting_id)
    fault(watched, "campaigns$", "late_commit", method="POST", seconds=60)
    assert one_pass(publication_id).state == "doubtful"
    _close(posting_id)
    assert one_pass(publication_id).state == "doubtful"  # it may still arrive, and then it is ours to close
    watched.control("POST", "clock", {"advance_seconds": 60})
    assert one_pass(publication_id).state == "closed"
    assert [one["status"] for one in objects(watched, "campaign")] == ["ARCHIVED"]
    assert watched.violations == []


@pytest.mark.parametrize("kind", ["drop_before_commit", "drop_after_commit", "late_commit"])
def test_a_clock_that_steps_back_doubles_nothing_and_the_doubt_ends(
    watched: WatchedSandbox, posting_id: int, kind: str
) -> None:
    publication_id = published(posting_id)
    fault(watched, "campaigns$", kind, method="POST", **({"seconds": 60} if kind == "late_commit" else {}))
    assert one_pass(publication_id).state == "doubtful"
    for back in (-AN_HOUR, -AN_HOUR + QUIESCENCE * 2):
        state = one_pass(publication_id, later=back).state
        assert state == ("active" if kind == "drop_after_commit" else "doubtful")
    watched.control("POST", "clock", {"advance_seconds": 60})
    assert one_pass(publication_id, later=QUIESCENCE * 2).state == "active"
    assert [len(objects(watched, one)) for one in KINDS] == [1, 1, 1, 1]
    assert one_pass(publication_id, later=-AN_HOUR).state == "active"
    assert watched.violations == []


def test_a_clock_that_steps_forward_may_make_two_and_only_one_runs(
    watched: WatchedSandbox, posting_id: int
) -> None:
    """The doubt was noted an hour early, so it ends too soon; what then arrives is put away."""
    publication_id = published(posting_id)
    fault(watched, "campaigns$", "late_commit", method="POST", seconds=60)
    assert one_pass(publication_id, later=-AN_HOUR).state == "doubtful"
    assert one_pass(publication_id).state == "active"
    watched.control("POST", "clock", {"advance_seconds": 60})
    assert len(objects(watched, "campaign")) == 2
    (swept,) = sweep(MetaPlatform(settings(), Unhurried()), quiescence=QUIESCENCE)
    assert swept.action == "archived"
    assert sorted(one["status"] for one in objects(watched, "campaign")) == ["ACTIVE", "ARCHIVED"]
    assert watched.violations == []
