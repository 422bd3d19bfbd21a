"""Only who agreed is in an audience, as hashes; and whoever leaves is out of it, whatever goes wrong."""

from __future__ import annotations

import json
import re
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from consenting_people import PURPOSE, ask, held_by, settle

from adflux_core import database
from adflux_core.audiences import sending
from adflux_core.audiences.requesting import request_audience
from adflux_core.audiences.sending import sync_audience
from adflux_core.candidates.erasing import erase_candidates
from adflux_core.errors import (
    AmbiguousError,
    ConfigurationError,
    CredentialsError,
    InputError,
    RefusedError,
    UnavailableError,
)
from adflux_core.segmentation.keeping import forget_old_members
from adflux_core.settings import settings
from sandbox.server import Sandbox

TODAY = date(2026, 10, 1)
EMAIL, PHONE = "EMAIL_SHA256", "PHONE_SHA256"


def sha(value: str) -> str:
    return sha256(value.encode()).hexdigest()


def wanted(people: range) -> dict[str, set[str]]:
    return {
        EMAIL: {sha(f"p{n}@example.com") for n in people},
        PHONE: {sha(f"57300{1_000_000 + n}") for n in people if n % 2 == 0},
    }


def request(segment: int) -> int:
    return request_audience(segment, PURPOSE, "ana", TODAY)


def filled(people: int) -> tuple[int, str]:
    audience = request(settle(people))
    state = sync_audience(audience, TODAY)
    assert state.external_id
    return audience, state.external_id


def uploads(world: Sandbox) -> list[dict[str, Any]]:
    calls = world.control("GET", "calls")["calls"]
    return [call["params"] for call in calls if call["path"].endswith("/users")]


def test_exactly_their_hashes_arrive(world: Sandbox, database_url: str) -> None:
    segment = settle(120)
    ask("UPDATE adflux.candidate SET email = 'josé.peña@ejemplo.co' WHERE external_id = '0'")
    ask("UPDATE adflux.candidate SET phone = '5512345678' WHERE external_id = '2'")  # no code that shows
    state = sync_audience(request(segment), TODAY)
    assert state.external_id
    expected = wanted(range(120))
    expected[EMAIL] ^= {sha("p0@example.com"), sha("josé.peña@ejemplo.co")}
    expected[PHONE] -= {sha("573001000002")}
    assert held_by(world, state.external_id) == expected
    assert [(one.action, one.kind, one.sent, one.received, one.invalid) for one in state.uploads] == [
        ("add", "email", 120, 120, 0),
        ("add", "phone", 59, 59, 0),
    ]
    assert (state.people, state.held, state.waiting, state.matched) == (120, 179, 0, None)


def test_only_what_changed_is_sent(world: Sandbox, database_url: str) -> None:
    audience, external_id = filled(121)
    world.calls.clear()
    assert sync_audience(audience, TODAY).uploads == []
    assert world.control("GET", "calls")["calls"] == []
    ask("UPDATE adflux.candidate SET consent = false WHERE external_id = '4'")
    ask("UPDATE adflux.candidate SET email = 'nueva@example.com' WHERE external_id = '5'")
    state = sync_audience(audience, TODAY)
    assert [(one.action, one.kind, one.sent) for one in state.uploads] == [
        ("remove", "email", 2),
        ("remove", "phone", 1),
        ("add", "email", 1),
    ]
    expected = wanted(range(121))
    expected[EMAIL] ^= {sha("p4@example.com"), sha("p5@example.com"), sha("nueva@example.com")}
    expected[PHONE] -= {sha("573001000004")}
    assert held_by(world, external_id) == expected
    ask("UPDATE adflux.candidate SET consent = true WHERE external_id = '4'")
    assert [one.action for one in sync_audience(audience, TODAY).uploads] == ["add", "add"]


@pytest.mark.parametrize(
    "change",
    [
        "consent = false",
        "consent = NULL",
        "consent_purpose = 'encuestas'",
        "consented_on = '2026-10-02'",
        "retain_until = '2026-09-30'",
        "email = NULL, phone = '5512345678'",
    ],
)
def test_without_a_valid_consent_and_a_hundred_people_nothing_is_sent(
    world: Sandbox, database_url: str, change: str
) -> None:
    segment = settle(100)
    ask(f"UPDATE adflux.candidate SET {change} WHERE external_id = '7'")  # noqa: S608
    with pytest.raises(RefusedError, match=r"^99 people of segment \d+ agreed to 'ofertas de empleo'"):
        request(segment)
    assert ask("SELECT count(*) FROM adflux.audience") == [(0,)]
    assert world.control("GET", "calls")["calls"] == []
    with pytest.raises(InputError, match="does not exist"):
        sync_audience(1, TODAY)


def test_below_a_hundred_people_only_leave(world: Sandbox, database_url: str) -> None:
    audience, external_id = filled(100)
    ask("UPDATE adflux.candidate SET consent = false WHERE external_id = '1'")
    ask("UPDATE adflux.candidate SET email = 'nueva@example.com' WHERE external_id = '3'")
    state = sync_audience(audience, TODAY)
    assert (state.people, state.too_few, state.waiting) == (99, True, 0)
    assert held_by(world, external_id)[EMAIL] == wanted(range(100))[EMAIL] - {
        sha("p1@example.com"),
        sha("p3@example.com"),
    }


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MOST_AT_ONCE", 50)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("kind", ["drop_after_commit", "drop_before_commit", "html_502", "empty_200"])
def test_a_lost_reply_within_a_session_doubles_nothing(
    world: Sandbox, database_url: str, kind: str, times: int
) -> None:
    segment = settle(120)
    world.control("POST", "faults", {"kind": kind, "path": "users$", "skip": 1, "times": times})
    state = sync_audience(request(segment), TODAY)
    assert state.external_id
    assert held_by(world, state.external_id) == wanted(range(120))
    assert [(one.batches, one.sent, one.received) for one in state.uploads] == [(3, 120, 120), (2, 60, 60)]
    sent = [json.loads(one["session"]) for one in uploads(world)]
    assert [one["batch_seq"] for one in sent] == [1, *[2] * (1 + times), 3, 1, 2]
    assert len({one["session_id"] for one in sent}) == 2
    assert [one["last_batch_flag"] for one in sent[-3:]] == [True, False, True]


@pytest.mark.usefixtures("small_batches")
def test_what_a_pass_leaves_undone_the_next_one_does(world: Sandbox, database_url: str) -> None:
    segment = settle(120)
    world.control("POST", "faults", {"kind": "drop_after_commit", "path": "users$", "skip": 1, "times": 3})
    audience = request(segment)
    with pytest.raises(UnavailableError):
        sync_audience(audience, TODAY)
    # Whoever leaves in between is not sent again; what may have arrived of them is taken out.
    ask("UPDATE adflux.candidate SET consent = false WHERE external_id = '8'")
    world.calls.clear()
    state = sync_audience(audience, TODAY)
    assert state.external_id
    assert state.waiting == 0
    expected = wanted(range(120))
    expected[EMAIL] -= {sha("p8@example.com")}
    expected[PHONE] -= {sha("573001000008")}
    assert held_by(world, state.external_id) == expected
    added = [one for one in uploads(world) if one.get("method") != "DELETE"]
    assert sha("p8@example.com") not in json.dumps(added)
    outcomes = ask("SELECT outcome FROM adflux.audience_upload WHERE action = 'add' ORDER BY id")
    assert outcomes == [("interrupted",), ("confirmed",), ("confirmed",)]


def test_an_audience_is_made_once(world: Sandbox, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    segment = settle(100)
    world.control("POST", "faults", {"kind": "drop_after_commit", "path": "customaudiences$"})
    audience = request(segment)
    with pytest.raises(AmbiguousError):
        sync_audience(audience, TODAY)
    assert request(segment) == audience
    assert sync_audience(audience, TODAY).waiting == 0
    assert len(list(world.account.of_kind("customaudience"))) == 1


def test_terms_nobody_accepted_are_a_persons_matter(world: Sandbox, database_url: str) -> None:
    fault = {"kind": "graph_error", "code": 200, "subcode": 1870090, "http_status": 403}
    audience = request(settle(100))
    world.control("POST", "faults", {**fault, "path": "customaudiences$", "is_transient": False})
    with pytest.raises(CredentialsError):
        sync_audience(audience, TODAY)


def test_another_account_is_not_written_to(
    world: Sandbox, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    audience, _ = filled(100)
    ask("UPDATE adflux.candidate SET consent = false WHERE external_id = '1'")
    monkeypatch.setenv("META_AD_ACCOUNT_ID", "act_1")
    settings.cache_clear()
    world.calls.clear()
    with pytest.raises(ConfigurationError, match=r"to META_AD_ACCOUNT_ID"):
        sync_audience(audience, TODAY)
    assert uploads(world) == []


def test_more_than_a_request_takes_goes_in_batches(world: Sandbox, database_url: str) -> None:
    audience, external_id = filled(10_001)
    assert held_by(world, external_id) == wanted(range(10_001))
    assert [len(json.loads(one["session"])) for one in uploads(world)] == [3, 3, 3]
    state = sync_audience(audience, TODAY)
    assert (state.held, state.matched) == (15_002, (10_000, 10_000))


def test_erasing_a_person_reaches_every_audience(world: Sandbox, database_url: str) -> None:
    audience, external_id = filled(101)
    ((person,),) = ask("SELECT id FROM adflux.candidate WHERE external_id = '6'")
    receipt = erase_candidates([person])
    assert receipt.audiences == [audience]
    world.control("POST", "faults", {"kind": "drop_before_commit", "path": "users$", "times": 3})
    with pytest.raises(UnavailableError):
        sync_audience(audience, TODAY)
    assert ask("SELECT count(*) FROM adflux.audience_member WHERE state = 'removing'") == [(2,)]
    removed = sync_audience(audience, TODAY).uploads
    assert [(one.action, one.kind, one.received) for one in removed] == [
        ("remove", "email", 1),
        ("remove", "phone", 1),
    ]
    gone = {EMAIL: {sha("p6@example.com")}, PHONE: {sha("573001000006")}}
    assert held_by(world, external_id) == {
        name: kept - gone[name] for name, kept in wanted(range(101)).items()
    }
    assert ask("SELECT count(*) FROM adflux.audience_member WHERE state <> 'held'") == [(0,)]


def test_no_address_and_no_number_is_anywhere_but_with_the_person(
    world: Sandbox, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    audience, _ = filled(100)
    world.control("POST", "faults", {"kind": "plain_500", "path": "users$", "times": 3})
    ask("UPDATE adflux.candidate SET consent = false WHERE external_id = '2'")
    with pytest.raises(UnavailableError) as failure:
        sync_audience(audience, TODAY)
    stored = [
        ask(f"SELECT CAST(one AS text) FROM adflux.{table} AS one")  # noqa: S608
        for table in ("audience", "audience_member", "audience_upload")
    ]
    told = json.dumps([stored, world.control("GET", "calls"), caplog.text, repr(failure.value)], default=str)
    assert re.search(r"@example|5730010|Nursing|Enfermer", told) is None
    assert sha("p2@example.com") in told


def test_the_members_of_a_version_stay_while_an_audience_is_made_of_it(
    world: Sandbox, database_url: str
) -> None:
    audience, _ = filled(100)
    for _ in range(5):
        ask(
            """INSERT INTO adflux.segment_version (state, candidates, k, parameters, card, model)
               VALUES ('fitted', 0, 1, '{}', '{}', '')"""
        )
    with database.connection() as connected:
        forget_old_members(connected)
    assert sync_audience(audience, TODAY).people == 100
