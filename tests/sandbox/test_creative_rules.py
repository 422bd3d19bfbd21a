"""What a creative, an ad and an image may not be."""

from typing import Any

import pytest

CREATIVES = [
    ("no story", {"object_story_spec": None}, None),
    ("no link data", {"object_story_spec": {"page_id": "PAGE"}}, None),
    ("no page", {"object_story_spec": {"link_data": {"link": "https://x.example"}}}, None),
    ("another page", {"object_story_spec": {"page_id": "1", "link_data": {}}}, 33),
    ("an unknown key", {"object_story_spec": {"page_id": "PAGE", "link_data": {"headline": "x"}}}, None),
    ("a removed key", {"instagram_actor_id": "1"}, None),
    (
        "the end of standard enhancements",
        {
            "degrees_of_freedom_spec": {
                "creative_features_spec": {"standard_enhancements": {"enroll_status": "OPT_OUT"}}
            }
        },
        None,
    ),
]
LINKS = [
    ("no link", {"link": None}),
    ("a link that is none", {"link": "jobs"}),
    ("a script", {"link": "javascript:alert(1)"}),
    ("an image nobody uploaded", {"image_hash": "0" * 32}),
    ("an unknown call to action", {"call_to_action": {"type": "COME_HERE"}}),
    ("a call to action without a type", {"call_to_action": {"value": {"link": "https://x.example"}}}),
    (
        "a lead form with another button",
        {"call_to_action": {"type": "SHOP_NOW", "value": {"lead_gen_form_id": "1"}}},
    ),
]
ADS = [
    ("no name", {"name": None}, None),
    ("no ad set", {"adset_id": None}, None),
    ("no such ad set", {"adset_id": "120299999999999999"}, 33),
    ("an ad set that is no number", {"adset_id": "mine"}, None),
    ("no creative", {"creative": None}, None),
    ("a creative nobody made", {"creative": {"creative_id": "1"}}, None),
    ("made archived", {"status": "ARCHIVED"}, None),
    ("an unknown parameter", {"colour": "red"}, None),
]


@pytest.mark.parametrize(
    ("changes", "subcode"), [row[1:] for row in CREATIVES], ids=[row[0] for row in CREATIVES]
)
def test_a_creative_is_refused(shared: Any, changes: dict[str, Any], subcode: int | None) -> None:
    values = {"name": "c", "object_story_spec": shared.story()} | changes
    spec = values["object_story_spec"] or {}
    if spec.get("page_id") == "PAGE":
        values["object_story_spec"] = spec | {"page_id": shared.world.meta_page_id}
    shared.check_refused("adcreatives", values, subcode, [*changes, "page_id", "'1'"])


@pytest.mark.parametrize("changes", [row[1] for row in LINKS], ids=[row[0] for row in LINKS])
def test_a_link_is_refused(shared: Any, changes: dict[str, Any]) -> None:
    story = shared.story()
    story["link_data"] = story["link_data"] | changes
    shared.check_refused("adcreatives", {"name": "c", "object_story_spec": story}, None, changes)


@pytest.mark.parametrize(("changes", "subcode"), [row[1:] for row in ADS], ids=[row[0] for row in ADS])
def test_an_ad_is_refused(
    shared: Any, campaign_id: str, changes: dict[str, Any], subcode: int | None
) -> None:
    ad_set_id = shared.ad_set(campaign_id)
    values = {"name": "a", "adset_id": ad_set_id, "creative": {"creative_id": shared.creative()}}
    shared.check_refused("ads", values | changes, subcode, [*changes, "120299"])


@pytest.mark.parametrize(
    ("content", "why"), [("bm90IGFuIGltYWdl", "not an image"), ("%%%", "not base64")], ids=["text", "garbage"]
)
def test_an_image_is_refused(shared: Any, content: str, why: str) -> None:
    assert shared.refused("POST", "act/adimages", bytes=content)["code"] == 100, why
