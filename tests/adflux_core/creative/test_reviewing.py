"""People approve and edit; plans use what was approved, and only of the posting as it is."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from adflux_core import database, reports
from adflux_core.advertising import CampaignPlan, PlatformName
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.creative.generating import write_ads
from adflux_core.creative.reviewing import approve_creative, edit_creative, withdraw_creative
from adflux_core.creative.words import Words
from adflux_core.errors import InputError, RefusedError
from adflux_core.money import Money
from adflux_core.schema.postings import Posting
from adflux_core.schema.publication import Audit, PlanItem
from sandbox.server import Sandbox


@pytest.fixture
def creative_id(posting_id: int) -> int:
    write_ads(posting_id, [PlatformName.META], ["es"], 1, None)
    (row,) = reports.creatives(posting_id)
    return row.id


def planned_headline(posting_id: int) -> tuple[str, str]:
    answer = draft_plan(
        [posting_id],
        [PlatformName.META],
        budget=Money.parse("COP 800000"),
        days=20,
        author="ana",
        start=date(2026, 10, 2),
    )
    with database.transaction() as session:
        item = session.scalars(select(PlanItem).where(PlanItem.plan_id == answer.plan_id)).one()
        creative = CampaignPlan.model_validate_json(item.spec).creative
    return creative.headline, creative.source


def test_a_plan_uses_what_was_approved(world: Sandbox, posting_id: int, creative_id: int) -> None:
    words = Words(headline="Datos en Bogotá", primary_text="Cafés del Sur busca analista de datos.")
    edited = edit_creative(creative_id, words, "ana")
    assert edit_creative(creative_id, words, "ana") == edited
    assert planned_headline(posting_id) == ("Analista de datos", "template/1")
    approve_creative(edited, "luz")
    assert planned_headline(posting_id) == ("Datos en Bogotá", "person")
    withdraw_creative(edited, "luz")
    assert planned_headline(posting_id) == ("Analista de datos", "template/1")
    with database.transaction() as session:
        deeds = list(session.scalars(select(Audit.action).where(Audit.actor == "luz")))
    assert deeds == ["approve creative", "withdraw creative"]


def test_approved_words_fall_with_the_posting_they_were_of(
    world: Sandbox, posting_id: int, creative_id: int
) -> None:
    approve_creative(creative_id, "luz")
    with database.transaction() as session:
        session.get_one(Posting, posting_id).title = "Analista de ventas"
    assert planned_headline(posting_id) == ("Analista de ventas", "template/1")
    with pytest.raises(RefusedError, match="changed"):
        approve_creative(creative_id, "luz")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (Words(headline="Solo hombres", primary_text="Postúlate en línea."), "elige por sexo"),
        (Words(headline="Analista", primary_text="Gana $ 9.000.000 al mes."), "9.000.000"),
        (Words(headline="", primary_text="Postúlate en línea."), "headline"),
        (Words(headline="A" * 300, primary_text="Postúlate en línea."), "255"),
    ],
)
def test_what_a_person_writes_passes_the_same_gate(creative_id: int, words: Words, named: str) -> None:
    with pytest.raises(RefusedError, match=named.replace("$", r"\$")):
        edit_creative(creative_id, words, "ana")
    with pytest.raises(InputError, match="999"):
        edit_creative(999, words, "ana")


def test_why_each_sentence_is_allowed_is_told(posting_id: int, creative_id: int) -> None:
    words, examined = reports.creative_examined(creative_id, "en")
    assert words.headline == "Analista de datos"
    claims = {claim.words: claim for one in examined.texts for claim in one.claims}
    assert (claims["Bogotá"].field, claims["Bogotá"].said) == ("place", "Bogotá")
    assert reports.postings_without_words(5) == []
    assert [(one.id, one.written, one.approved) for one in reports.postings_written_for()] == [
        (posting_id, 1, 0)
    ]
