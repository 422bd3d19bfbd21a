"""A plan's hash is what was approved: fields that came later leave it as it was."""

from __future__ import annotations

import json

from adflux_core.advertising import CampaignPlan

# As it was stored before search ads existed, with the hash it was approved under.
STORED = (
    '{"platform":"meta","account_id":"act_1","posting_id":1,"name":"Panadero · Cali","advertiser":null,'
    '"budget":{"currency":"COP","minor":80000000},"starts_at":"2026-10-02T00:00:00-05:00",'
    '"ends_at":"2026-10-22T00:00:00-05:00","targeting":{"countries":["CO"]},"creative":{"language":"es",'
    '"headline":"Panadero","primary_text":"Oferta de empleo: Panadero.","description":"Cali",'
    '"link":"https://empleos.example.com/1","image":"iVBORw==","source":"template/1"}}'
)
APPROVED = "7316bf03bfaa88c7856e30dbbe2cfc49bcef490a18ea9cf531d17c387499c744"


def test_a_plan_of_old_keeps_its_hash() -> None:
    plan = CampaignPlan.model_validate_json(STORED)
    assert plan.model_dump_json() == STORED
    assert plan.spec_hash() == APPROVED


def test_the_words_of_a_search_ad_are_part_of_the_hash() -> None:
    plan = CampaignPlan.model_validate_json(STORED)
    with_keywords = plan.model_copy(update={"keywords": ("empleo panadero",)})
    assert json.loads(with_keywords.model_dump_json())["keywords"] == ["empleo panadero"]
    assert with_keywords.spec_hash() != plan.spec_hash()
    assert CampaignPlan.model_validate_json(with_keywords.model_dump_json()) == with_keywords
