"""Responsive search ads and keywords: what is refused."""

from typing import Any

import pytest
from google.ads.googleads.errors import GoogleAdsException


def texts(*said: str) -> list[dict[str, str]]:
    return [{"text": text} for text in said]


THREE = ("Uno", "Dos", "Tres")


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"headlines": texts("Uno", "Dos")}, "TOO_FEW", "headlines"),
        ({"headlines": texts(*(str(n) for n in range(16)))}, "TOO_MANY", "headlines"),
        ({"headlines": texts("Uno", "Dos", "Uno")}, "DUPLICATE_ASSET", "headlines[2].text"),
        ({"headlines": texts("Uno", "Dos", "x" * 31)}, "TOO_LONG", "headlines[2].text"),
        ({"headlines": texts("Uno", "Dos", "求" * 16)}, "LINE_TOO_WIDE", "headlines[2].text"),
        ({"headlines": texts("Uno", "Dos", "")}, "REQUIRED", "headlines[2].text"),
        (
            {"headlines": [*texts("Uno", "Dos"), {"text": "Tres", "pinned_field": "DESCRIPTION_1"}]},
            "ENUM_VALUE_NOT_PERMITTED",
            "headlines[2].pinned_field",
        ),
        ({"headlines": texts("Uno", "Dos", "¡Ya!!!")}, "POLICY_FINDING", "headlines[2].text"),
        ({"descriptions": texts("Uno")}, "TOO_FEW", "descriptions"),
        ({"descriptions": texts(*THREE, "x", "y")}, "TOO_MANY", "descriptions"),
        ({"descriptions": texts("Uno", "x" * 91)}, "TOO_LONG", "descriptions[1].text"),
        ({"path1": "x" * 16}, "TOO_LONG", "path1"),
        ({"path2": "empleo"}, "CANNOT_SET_PATH2_WITHOUT_PATH1", "path2"),
    ],
    ids=str,
)
def test_an_ad_is_refused(shared: Any, changes: dict[str, Any], error: str, field: str) -> None:
    ad = shared.ad(**changes)
    ((_, name, place),) = shared.refused(shared.budget(), shared.campaign(), shared.ad_group(), ad)
    outer = "mutate_operations[3].ad_group_ad_operation.create.ad.responsive_search_ad"
    assert (name, place) == (error, f"{outer}.{field}")


@pytest.mark.parametrize(
    ("urls", "error", "field"),
    [
        ([], "REQUIRED", "final_urls"),
        (["jobs.example.com"], "MISSING_PROTOCOL_IN_FINAL_URL", "final_urls[0]"),
        (["ftp://jobs.example.com"], "INVALID_PROTOCOL_IN_FINAL_URL", "final_urls[0]"),
        (["https:///1"], "MISSING_HOST_IN_FINAL_URL", "final_urls[0]"),
        (["https://jobs.example.com/" + "x" * 2024], "TOO_LONG", "final_urls[0]"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_link_is_refused(shared: Any, urls: list[str], error: str, field: str) -> None:
    ad = shared.ad(final_urls=urls)
    ((_, name, place),) = shared.refused(shared.budget(), shared.campaign(), shared.ad_group(), ad)
    assert (name, place) == (error, f"mutate_operations[3].ad_group_ad_operation.create.ad.{field}")


def test_a_wide_text_of_the_right_width_and_accents_are_accepted(google: Any) -> None:
    headlines = texts("求" * 15, "ñ" * 30, "¡Postula!")
    ad = google.ad(headlines=headlines, path1="empleo", path2="soldador")
    assert google.make(google.budget(), google.campaign(), google.ad_group(), ad)
    (row,) = google.search("SELECT ad_group_ad.ad.responsive_search_ad.headlines FROM ad_group_ad")
    said = [one.text for one in row.ad_group_ad.ad.responsive_search_ad.headlines]
    assert said == [one["text"] for one in headlines]


def test_a_finding_names_its_topic(shared: Any) -> None:
    ad = shared.ad(descriptions=texts("Gana ya!!!", "Dos"))
    with pytest.raises(GoogleAdsException) as caught:
        shared.mutate(shared.budget(), shared.campaign(), shared.ad_group(), ad)
    (error,) = caught.value.failure.errors
    (entry,) = error.details.policy_finding_details.policy_topic_entries
    assert (entry.topic, entry.type_.name) == ("PUNCTUATION_AND_SYMBOLS", "PROHIBITED")
    assert list(entry.evidences[0].text_list.texts) == ["!!!"]


def test_an_ad_group_has_three_enabled_ads(google: Any) -> None:
    made = google.make(*google.tree())
    ads = google.make(*(google.ad(ad_group=made[3]) for _ in range(2)))
    fourth = google.ad(ad_group=made[3])
    ((category, name, _),) = google.refused(fourth)
    assert (category, name) == ("resource_count_limit_exceeded_error", "RESOURCE_LIMIT")
    paused = google.make(google.ad(ad_group=made[3], status="PAUSED"))
    enable = google.update("ad_group_ad", paused[0], "status", status="ENABLED")
    assert google.refused(enable)[0][1] == "RESOURCE_LIMIT"
    google.make(google.remove("ad_group_ad", ads[0]))
    assert google.make(enable) == paused


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"keyword": None}, "CONCRETE_TYPE_REQUIRED"),
        ({"keyword": {"text": " ", "match_type": "EXACT"}}, "REQUIRED"),
        ({"keyword": {"text": "empleo"}}, "REQUIRED"),
        ({"keyword": {"text": "x" * 81, "match_type": "EXACT"}}, "KEYWORD_TEXT_TOO_LONG"),
        ({"keyword": {"text": "a " * 11, "match_type": "EXACT"}}, "KEYWORD_HAS_TOO_MANY_WORDS"),
        ({"keyword": {"text": "empleo!", "match_type": "EXACT"}}, "KEYWORD_HAS_INVALID_CHARS"),
        ({"cpc_bid_micros": 10}, "BID_TOO_MANY_FRACTIONAL_DIGITS"),
        ({"negative": True, "cpc_bid_micros": 1_000_000}, "BID_INCOMPATIBLE_WITH_ADGROUP"),
        ({"keyword": None, "gender": {"type_": "FEMALE"}}, "INVALID_VALUE"),
    ],
    ids=str,
)
def test_a_keyword_is_refused(shared: Any, changes: dict[str, Any], error: str) -> None:
    keyword = shared.keyword(**changes)
    found = shared.refused(shared.budget(), shared.campaign(), shared.ad_group(), keyword)
    assert [one[1] for one in found] == [error]


def test_a_keyword_is_there_once(google: Any) -> None:
    made = google.make(*google.tree())
    group = {"ad_group": made[3]}
    assert google.refused(google.keyword("EMPLEO  soldador", **group))[0][1] == "RESOURCE_ALREADY_EXISTS"
    exact = google.keyword(keyword={"text": "empleo soldador", "match_type": "EXACT"}, **group)
    negative = google.keyword(negative=True, **group)
    assert len(google.make(exact, negative)) == 2
