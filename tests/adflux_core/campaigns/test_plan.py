"""A plan says what it would do, what the platform says against it, and holds only amounts that can be."""

from __future__ import annotations

from datetime import date

import pytest
from meta_publications import objects, one_pass, planned, published, write_calls
from sqlalchemy import text

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.errors import DatabaseRefusedError, UnavailableError
from adflux_core.money import Money
from adflux_core.schema.postings import Posting
from sandbox.server import Sandbox

VALIDATE = {"method": "POST", "path": "campaigns$", "times": 1}
HOSTILE = [
    *("0", "-1", "-80000000", "1000000000000001", "9223372036854775807", "99999999999999999999", "1e30"),
    *("'NaN'", "'nan'", "'Infinity'", "'-Infinity'", "'inf'", "NULL", "''", "' '", "'abc'", "'COP 5'"),
    *("'1,400'", "'1.400'", "'1.5'", "'1e6'", "'١٢٣'", "'５５５'", "'--5'", "'+ 5'"),
    *("true", "false", "'true'", "ARRAY[5]", "'{5}'", "now()", "'5 5'", "'5;'", "'$5'", "'5€'", "0.4"),
    *("-0.6", "1000000000000000.6", "'1_000_'", "'1e'", "'.'", "'−5'", "chr(0)::text"),
]


def draft(posting_id: int, **other: object) -> list[str]:
    wanted = {"budget": Money.parse("COP 800000"), "days": 20, "start": date(2026, 10, 2)} | other
    (campaign,) = draft_plan([posting_id], [PlatformName.META], author="ana", **wanted).campaigns
    return [*campaign.findings, *campaign.differs]


def test_the_platform_is_asked_beforehand_and_makes_nothing(world: Sandbox, posting_id: int) -> None:
    assert draft(posting_id) == []
    assert write_calls(world) == []
    assert objects(world, "campaign") == []
    asked = [call for call in world.control("GET", "calls")["calls"] if call["method"] == "POST"]
    assert [call["params"]["execution_options"] for call in asked] == ['["validate_only"]']


def test_what_the_platform_would_refuse_is_a_finding(world: Sandbox, posting_id: int) -> None:
    refusal = {"kind": "graph_error", "code": 100, "http_status": 400, "message": "Objective is gone"}
    world.control("POST", "faults", VALIDATE | refusal)
    (finding,) = draft(posting_id)
    assert "Objective is gone" in finding


def test_a_question_without_an_answer_makes_nothing_and_may_be_asked_again(
    world: Sandbox, posting_id: int
) -> None:
    world.control("POST", "faults", VALIDATE | {"kind": "html_502"})
    with pytest.raises(UnavailableError) as failure:
        draft(posting_id)
    assert failure.value.retriable
    assert draft(posting_id) == []


def test_a_plan_beside_a_running_campaign_says_what_it_would_change(world: Sandbox, posting_id: int) -> None:
    one_pass(published(posting_id))
    assert draft(posting_id) == []
    assert draft(posting_id, budget=Money.parse("COP 900000"), days=25) == [
        "budget: COP 800,000.00 → COP 900,000.00",
        "ends_at: 2026-10-22T00:00:00-05:00 → 2026-10-27T00:00:00-05:00",
    ]


def test_hostile_amounts_are_refused_by_the_database(world: Sandbox, posting_id: int) -> None:
    planned(posting_id)
    with database.connection() as connected:
        connected.execute(text("ALTER TABLE adflux.plan_item DISABLE TRIGGER append_only"))
    accepted = []
    for column in ("budget_minor", "worst_day_minor"):
        for amount in HOSTILE:
            try:
                with database.connection() as connected:
                    connected.exec_driver_sql(f"UPDATE adflux.plan_item SET {column} = {amount}")  # noqa: S608
                accepted.append((column, amount))
            except DatabaseRefusedError:
                pass
    assert accepted == []
    assert len(HOSTILE) >= 40
    with database.connection() as connected:
        kept = connected.execute(text("SELECT budget_minor, worst_day_minor FROM adflux.plan_item")).all()
    assert kept == [(80_000_000, 7_000_000)]


def test_words_that_may_not_be_said_are_a_finding_of_the_plan(world: Sandbox, posting_id: int) -> None:
    with database.transaction() as session:
        session.get_one(Posting, posting_id).title = "Señorita de buena presencia"
    findings = (
        draft_plan([posting_id], [PlatformName.META], budget=Money.parse("COP 800000"), days=20, author="ana")
        .campaigns[0]
        .findings
    )
    assert any("elige por sexo" in finding for finding in findings)
    assert any("aspecto físico" in finding for finding in findings)
