"""A plan becomes one Google tree, PAUSED, or is refused in one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from google_plans import TOKENS, plan
from hypothesis import given
from hypothesis import strategies as st

from adflux_core.advertising import CampaignPlan
from adflux_core.errors import ValidationError
from adflux_core.platforms.google_ads.compile import NODES, compile_plan, named
from adflux_core.platforms.google_ads.operations import to_create


def payloads(of: CampaignPlan) -> dict[str, Mapping[str, Any]]:
    (step,) = compile_plan(of, TOKENS)
    return {node.kind: node.payload for node in step.nodes}


def test_a_plan_is_one_step_of_four_paused_nodes() -> None:
    (step,) = compile_plan(plan(), TOKENS)
    assert [node.key for node in step.nodes] == list(NODES)
    assert [node.kind for node in step.nodes if node.delivers] == ["campaign", "ad_group", "ad"]
    made = payloads(plan())
    assert {made[kind]["status"] for kind in ("campaign", "ad_group", "ad")} == {"PAUSED"}
    assert made["budget"] == {
        "period": "CUSTOM_PERIOD",
        "total_amount_micros": 800_000_000_000,
        "delivery_method": "STANDARD",
        "explicitly_shared": False,
    }
    assert made["campaign"]["name"] == "Analista de datos · Bogotá [af:k:campaign]"
    assert made["campaign"]["start_date_time"] == "2026-10-02 00:00:00"
    assert made["campaign"]["end_date_time"] == "2026-10-21 23:59:59"
    assert made["campaign"]["locations"] == ["geoTargetConstants/2170"]
    assert made["campaign"]["languages"] == ["languageConstants/1003"]
    assert made["ad_group"]["keywords"][0] == {"text": "empleo de analista", "match_type": "PHRASE"}


def test_the_tree_is_created_parents_first_and_kind_by_kind() -> None:
    (step,) = compile_plan(plan(), TOKENS)
    tree = to_create(step.nodes, "1234567890")
    assert [next(iter(one)).removesuffix("_operation") for one in tree] == [
        *("campaign_budget", "campaign", "ad_group", "ad_group_ad"),
        *("campaign_criterion", "campaign_criterion", "ad_group_criterion", "ad_group_criterion"),
    ]
    assert (
        tree[1]["campaign_operation"]["create"]["campaign_budget"]
        == "customers/1234567890/campaignBudgets/-1"
    )
    assert tree[3]["ad_group_ad_operation"]["create"]["ad_group"] == "customers/1234567890/adGroups/-3"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"days": 2}, "3 to 90 days"),
        ({"days": 91}, "3 to 90 days"),
        ({"budget": "COP 800000.50"}, "round it"),
        ({"country": "RU"}, "cannot reach RU"),
        ({"keywords": ()}, "needs keywords"),
        ({"keywords": ("x" * 81,)}, "too long"),
        ({"keywords": ("a b c d e f g h i j k",)}, "too long"),
        ({"keywords": ("Empleo Bogotá", "empleo bogota")}, "say the same"),
        ({"creative": {"language": "fr"}}, "Spanish and English"),
        ({"creative": {"headlines": ("Uno", "Dos")}}, "3 to 15 headlines"),
        ({"creative": {"headlines": ("Uno", "Dos", "x" * 31)}}, "is 31 wide"),
        ({"creative": {"headlines": ("Uno", "Dos", "データ" * 6)}}, "is 36 wide"),
        ({"creative": {"headlines": ("Uno", "Dos", "UNO")}}, "say the same"),
        ({"creative": {"descriptions": ("Una.", "x" * 91)}}, "is 91 wide"),
    ],
)
def test_what_google_would_refuse_is_refused_here(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        compile_plan(plan(**wrong), TOKENS)


@given(st.text(max_size=400))
def test_a_name_fits_into_googles_bytes_and_ends_in_the_whole_token(words: str) -> None:
    name = named(words, "[af:k:0123456789ab]")
    assert len(name.encode()) <= 255
    assert name.endswith("[af:k:0123456789ab]")
    assert name.isprintable()


def test_accents_are_counted_as_they_are_composed() -> None:
    made = payloads(plan(creative={"headlines": ("Uno", "Dos", "é" * 30)}))
    assert made["ad"]["ad"]["responsive_search_ad"]["headlines"][2]["text"] == "é" * 30
