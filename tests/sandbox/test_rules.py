"""Every rule refuses, with the platform's code: one table, one row per rule."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest

from sandbox.meta.currencies import CURRENCIES, Currency
from sandbox.server import Sandbox

REMOVE = object()
OFFSET_ONE = {"CLP", "COP", "CRC", "HUF", "ISK", "IDR", "JPY", "KRW", "PYG", "TWD", "VND"}


def changed(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = values | changes
    return {name: value for name, value in merged.items() if value is not REMOVE}


def at(**geo: Any) -> dict[str, Any]:
    return {"geo_locations": geo, "targeting_automation": {"advantage_audience": 0}}


def pin(latitude: float, longitude: float, radius: float, unit: str = "kilometer") -> dict[str, Any]:
    place = {"latitude": latitude, "longitude": longitude, "radius": radius, "distance_unit": unit}
    return at(custom_locations=[place])


def colombia(**more: Any) -> dict[str, Any]:
    return at(countries=["CO"]) | more


CAMPAIGNS = [
    ("no name", {"name": REMOVE}, None),
    ("a name too long", {"name": "x" * 401}, None),
    ("no objective", {"objective": REMOVE}, None),
    ("a legacy objective", {"objective": "LINK_CLICKS"}, None),
    ("an unknown objective", {"objective": "OUTCOME_FAME"}, None),
    ("no category", {"special_ad_categories": REMOVE}, None),
    ("a category that is no list", {"special_ad_categories": "EMPLOYMENT"}, None),
    ("an unknown category", {"special_ad_categories": ["JOBS"]}, None),
    ("the withdrawn category CREDIT", {"special_ad_categories": ["CREDIT"]}, None),
    ("NONE with another", {"special_ad_categories": ["NONE", "EMPLOYMENT"]}, None),
    (
        "politics without a country",
        {"special_ad_categories": ["ISSUES_ELECTIONS_POLITICS"], "special_ad_category_country": REMOVE},
        None,
    ),
    ("an unknown country", {"special_ad_category_country": ["XX"]}, None),
    ("no word on budget sharing", {"is_adset_budget_sharing_enabled": REMOVE}, 4834011),
    ("sharing and a campaign budget", {"daily_budget": 50_000}, 4834002),
    ("sharing without a bid strategy", {"is_adset_budget_sharing_enabled": True}, 4834005),
    ("a bid strategy without a budget", {"bid_strategy": "COST_CAP"}, None),
    (
        "two budgets",
        {"daily_budget": 50_000, "lifetime_budget": 90_000, "is_adset_budget_sharing_enabled": REMOVE},
        None,
    ),
    ("a budget too low", {"daily_budget": 1_999, "is_adset_budget_sharing_enabled": REMOVE}, 1885272),
    ("a fraction", {"daily_budget": "50000.5", "is_adset_budget_sharing_enabled": REMOVE}, None),
    ("reservation buying", {"buying_type": "RESERVED"}, None),
    ("an unknown buying type", {"buying_type": "BARTER"}, None),
    ("Advantage+ app campaigns", {"smart_promotion_type": "SMART_APP_PROMOTION"}, None),
    ("made deleted", {"status": "DELETED"}, None),
    ("an unknown status", {"status": "RUNNING"}, None),
    ("a read-only time", {"start_time": "2026-11-01"}, None),
    ("an unknown parameter", {"colour": "red"}, None),
    ("a removed parameter", {"date_format": "U"}, None),
    ("an unknown execution option", {"execution_options": ["dry_run"]}, None),
]

AD_SETS = [
    ("no name", {"name": REMOVE}, None),
    ("a name too long", {"name": "x" * 401}, None),
    ("no campaign", {"campaign_id": REMOVE}, None),
    ("no such campaign", {"campaign_id": "120299999999999999"}, 33),
    ("no billing event", {"billing_event": REMOVE}, None),
    ("no goal", {"optimization_goal": REMOVE}, None),
    ("no targeting", {"targeting": REMOVE}, None),
    ("no location", {"targeting": {"targeting_automation": {"advantage_audience": 0}}}, None),
    ("no budget", {"daily_budget": REMOVE}, None),
    ("two budgets", {"lifetime_budget": 900_000, "end_time": "2026-11-01"}, None),
    ("a fraction", {"daily_budget": "12.5"}, None),
    ("a negative budget", {"daily_budget": -5}, None),
    ("a budget of nothing", {"daily_budget": 0}, None),
    ("a budget in words", {"daily_budget": "much"}, None),
    ("a budget with separators", {"daily_budget": "50,000"}, None),
    ("a true budget", {"daily_budget": True}, None),
    ("a budget too low", {"daily_budget": 1_999}, 1885272),
    ("a lifetime budget without end", {"daily_budget": REMOVE, "lifetime_budget": 900_000}, None),
    (
        "a lifetime budget too low for its days",
        {"daily_budget": REMOVE, "lifetime_budget": 19_999, "end_time": "2026-10-11T09:00:00"},
        1885272,
    ),
    ("an end before the start", {"end_time": "2026-10-03", "start_time": "2026-10-05"}, None),
    ("an end in the past", {"end_time": "2026-09-01"}, None),
    ("a day too short for a daily budget", {"end_time": "2026-10-02T08:00:00"}, None),
    ("no date at all", {"end_time": "soon"}, None),
    ("a cap without a bid", {"bid_strategy": "COST_CAP"}, 1815857),
    ("a bid without a cap", {"bid_amount": 500}, None),
    (
        "a budget below the bid",
        {"bid_strategy": "LOWEST_COST_WITH_BID_CAP", "bid_amount": 60_000},
        1885272,
    ),
    ("a goal of another objective", {"optimization_goal": "LEAD_GENERATION"}, None),
    ("an unknown goal", {"optimization_goal": "HAPPINESS"}, None),
    ("an unknown destination", {"destination_type": "MOON"}, None),
    ("a billing event that does not fit", {"billing_event": "LINK_CLICKS"}, None),
    ("an event nobody asked for", {"promoted_object": {"custom_event_type": "LEAD"}}, None),
    ("a promoted object with an unknown key", {"promoted_object": {"planet": "1"}}, None),
    ("an unknown parameter", {"colour": "red"}, None),
    ("a removed parameter", {"date_format": "U"}, None),
    ("an ad set goal outside sales", {"ad_set_goal": {"type": 0}}, 1870252),
    ("a narrow goal", {"ad_set_goal": {"type": 2}}, 1870261),
    ("bid adjustments", {"bid_adjustments": {"age_range": {"18-24": 0.5}}}, 2909035),
    ("an unknown targeting key", {"targeting": colombia(star_signs=["leo"])}, None),
    ("an unknown nested key", {"targeting": at(countries=["CO"], planets=["earth"])}, None),
    ("an unknown key deep down", {"targeting": at(cities=[{"key": "910101", "colour": "red"}])}, None),
    ("a country of three letters", {"targeting": at(countries=["COL"])}, None),
    ("a city nobody knows", {"targeting": at(cities=[{"key": "1"}])}, None),
    ("a pin without a radius", {"targeting": at(custom_locations=[{"latitude": 4, "longitude": -74}])}, None),
    ("a radius beyond all maps", {"targeting": pin(4.6, -74.1, 100)}, None),
    ("an unknown distance unit", {"targeting": pin(4.6, -74.1, 20, "league")}, None),
    ("a removed placement", {"targeting": colombia(facebook_positions=["video_feeds"])}, None),
    ("another", {"targeting": colombia(instagram_positions=["explore"])}, None),
    ("a third", {"targeting": colombia(messenger_positions=["story"])}, None),
    ("an audience nobody made", {"targeting": colombia(custom_audiences=[{"id": "1"}])}, None),
    ("no word on Advantage+", {"targeting": {"geo_locations": {"countries": ["CO"]}}}, 1870227),
    (
        "an Advantage+ of 2",
        {"targeting": at(countries=["CO"]) | {"targeting_automation": {"advantage_audience": 2}}},
        None,
    ),
    ("a youngest age", {"targeting": colombia(age_min=25)}, 2909035),
    ("an oldest age", {"targeting": colombia(age_max=40)}, 2909035),
    ("a gender", {"targeting": colombia(genders=[2])}, 2909035),
    ("postal codes", {"targeting": at(zips=[{"key": "US:10001"}])}, 2909035),
    ("a neighbourhood", {"targeting": at(neighborhoods=[{"key": "1"}])}, 2909035),
    ("a metro area", {"targeting": at(metro_areas=[{"key": "1"}])}, 2909035),
    ("an excluded location", {"targeting": colombia(excluded_geo_locations={"countries": ["VE"]})}, 2909035),
    ("an exclusion", {"targeting": colombia(exclusions={"interests": [{"id": "1"}]})}, 2909035),
    ("behaviours", {"targeting": colombia(flexible_spec=[{"behaviors": [{"id": "1"}]}])}, 2909035),
    ("families", {"targeting": colombia(family_statuses=[{"id": "1"}])}, 2909035),
    ("14 km around Madrid", {"targeting": pin(40.4, -3.7, 14)}, 2909035),
    ("9 miles around Madrid", {"targeting": pin(40.4, -3.7, 9, "mile")}, 2909035),
    ("24 km around Miami", {"targeting": pin(25.8, -80.2, 24)}, 2909035),
    (
        "24 km around Toronto",
        {"targeting": at(cities=[{"key": "981101", "radius": 24, "distance_unit": "kilometer"}])},
        2909035,
    ),
    ("Europe without a payor", {"targeting": at(countries=["ES"])}, 3858079),
    ("Europe without a beneficiary", {"targeting": at(countries=["ES"]), "dsa_payor": "A"}, 3858081),
    ("the whole world without a payor", {"targeting": at(country_groups=["worldwide"])}, 3858079),
    ("a payor too long", {"targeting": at(countries=["ES"]), "dsa_payor": "x" * 513}, None),
]

CREATIVES = [
    ("no story", {"object_story_spec": REMOVE}, None),
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
    ("no link", {"link": REMOVE}),
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
    ("no name", {"name": REMOVE}, None),
    ("no ad set", {"adset_id": REMOVE}, None),
    ("no such ad set", {"adset_id": "120299999999999999"}, 33),
    ("an ad set that is no number", {"adset_id": "mine"}, None),
    ("no creative", {"creative": REMOVE}, None),
    ("a creative nobody made", {"creative": {"creative_id": "1"}}, None),
    ("made archived", {"status": "ARCHIVED"}, None),
    ("an unknown parameter", {"colour": "red"}, None),
]


@pytest.fixture(scope="module")
def shared(make_client: Any) -> Iterator[Any]:
    """One world for the whole table: a refusal leaves nothing behind."""
    with Sandbox(today=date(2026, 10, 1)) as world:
        yield make_client(world)


@pytest.fixture(scope="module")
def campaign_id(shared: Any) -> str:
    return str(shared.campaign())


def check_refused(
    client: Any, edge: str, values: dict[str, Any], subcode: int | None, why: Iterable[str] = ()
) -> None:
    """With that code, and for one of those reasons: a refusal for another one proves nothing."""
    error = client.refused("POST", f"act/{edge}", **values)
    assert (error["code"], error.get("error_subcode")) == (100, subcode), error
    assert subcode or not why or any(name in str(error) for name in why), error


def table(rows: list[Any]) -> Any:
    names = ("changes", "subcode") if len(rows[0]) == 3 else ("changes",)
    return pytest.mark.parametrize(names, [row[1:] for row in rows], ids=[row[0] for row in rows])


@table(CAMPAIGNS)
def test_a_campaign_is_refused(shared: Any, changes: dict[str, Any], subcode: int | None) -> None:
    check_refused(shared, "campaigns", changed(shared.campaign_values(), changes), subcode, changes)


@table(AD_SETS)
def test_an_ad_set_is_refused(
    shared: Any, campaign_id: str, changes: dict[str, Any], subcode: int | None
) -> None:
    check_refused(shared, "adsets", changed(shared.ad_set_values(campaign_id), changes), subcode, changes)


@table(CREATIVES)
def test_a_creative_is_refused(shared: Any, changes: dict[str, Any], subcode: int | None) -> None:
    values = changed({"name": "c", "object_story_spec": shared.story()}, changes)
    spec = values.get("object_story_spec", {})
    if spec.get("page_id") == "PAGE":
        values["object_story_spec"] = spec | {"page_id": shared.world.meta_page_id}
    check_refused(shared, "adcreatives", values, subcode, [*changes, "page_id", "'1'"])


@table(LINKS)
def test_a_link_is_refused(shared: Any, changes: dict[str, Any]) -> None:
    story = shared.story()
    story["link_data"] = changed(story["link_data"], changes)
    check_refused(shared, "adcreatives", {"name": "c", "object_story_spec": story}, None, changes)


@table(ADS)
def test_an_ad_is_refused(
    shared: Any, campaign_id: str, changes: dict[str, Any], subcode: int | None
) -> None:
    ad_set_id = shared.ad_set(campaign_id)
    values = {"name": "a", "adset_id": ad_set_id, "creative": {"creative_id": shared.creative()}}
    check_refused(shared, "ads", changed(values, changes), subcode, [*changes, "120299"])


@pytest.mark.parametrize(
    ("content", "why"), [("bm90IGFuIGltYWdl", "not an image"), ("%%%", "not base64")], ids=["text", "garbage"]
)
def test_an_image_is_refused(shared: Any, content: str, why: str) -> None:
    assert shared.refused("POST", "act/adimages", bytes=content)["code"] == 100, why


LAWFUL = [
    ("15 km around Madrid", pin(40.4, -3.7, 15)),
    ("25 km around Miami", pin(25.8, -80.2, 25)),
    ("15 miles around Toronto", at(cities=[{"key": "981101", "radius": 15, "distance_unit": "mile"}])),
    ("5 km around Bogotá", pin(4.6, -74.1, 5)),
    ("a region", at(regions=[{"key": "9102"}])),
    ("all ages and genders", colombia(age_min=18, age_max=65, genders=[1, 2])),
    ("an interest", colombia(flexible_spec=[{"interests": [{"id": "6003", "name": "Welding"}]}])),
    ("Spain", at(countries=["ES"])),
]


@table(LAWFUL)
def test_what_is_lawful_is_accepted(shared: Any, campaign_id: str, changes: dict[str, Any]) -> None:
    values = {"targeting": changes, "dsa_payor": "Payor SL", "dsa_beneficiary": "Employer SL"}
    ad_set_id = shared.ad_set(campaign_id, **values)
    read = shared.get(ad_set_id, fields="dsa_payor,targeting")
    # Outside the EU Meta does not keep the payor.
    in_union = "Madrid" in str(changes) or changes == at(countries=["ES"]) or changes == pin(40.4, -3.7, 15)
    assert ("dsa_payor" in read) == in_union


def test_the_accounts_own_payor_fills_in(client: Any) -> None:
    client.post("act", default_dsa_payor="Payor SL", default_dsa_beneficiary="Employer SL")
    ad_set_id = client.ad_set(client.campaign(), targeting=at(countries=["ES"]))
    assert client.get(ad_set_id, fields="dsa_beneficiary")["dsa_beneficiary"] == "Employer SL"


def test_lookalikes_are_barred_and_own_candidates_are_not(client: Any) -> None:
    own = client.post(
        "act/customaudiences", name="own", subtype="CUSTOM", customer_file_source="USER_PROVIDED_ONLY"
    )["id"]
    alike = client.post("act/customaudiences", name="alike", subtype="LOOKALIKE")["id"]
    campaign_id = client.campaign()
    client.ad_set(campaign_id, targeting=colombia(custom_audiences=[{"id": own}]))
    for key in ("custom_audiences", "excluded_custom_audiences"):
        values = client.ad_set_values(campaign_id, targeting=colombia(**{key: [{"id": alike}]}))
        check_refused(client, "adsets", values, 2909035)


def test_a_campaign_without_category_may_choose_ages(client: Any) -> None:
    campaign_id = client.campaign(special_ad_categories=[], special_ad_category_country=[])
    client.ad_set(campaign_id, targeting=colombia(age_min=25, genders=[1]))
    # The default audience needs no word on Advantage+ there.
    client.ad_set(campaign_id, targeting={"geo_locations": {"countries": ["CO"]}})
    values = client.ad_set_values(
        campaign_id, targeting={"geo_locations": {"countries": ["CO"]}, "age_min": 25}
    )
    check_refused(client, "adsets", values, 1870227)


def test_the_category_country_defaults_to_the_country_of_taxation(client: Any) -> None:
    campaign_id = client.campaign(special_ad_category_country=[])
    assert client.get(campaign_id, fields="special_ad_category_country")["special_ad_category_country"] == [
        "CO"
    ]


def test_a_campaign_budget_leaves_none_to_its_ad_sets(client: Any) -> None:
    campaign_id = client.campaign(
        is_adset_budget_sharing_enabled=None, daily_budget=50_000, bid_strategy="LOWEST_COST_WITHOUT_CAP"
    )
    values = client.ad_set_values(campaign_id)
    check_refused(client, "adsets", values, 1885621)


def test_a_conversion_goal_needs_its_pixel(client: Any) -> None:
    campaign_id = client.campaign(objective="OUTCOME_LEADS")
    goal = {"optimization_goal": "OFFSITE_CONVERSIONS"}
    check_refused(client, "adsets", client.ad_set_values(campaign_id, **goal), None)
    event = {"pixel_id": "123", "custom_event_type": "SUBMIT_APPLICATION"}
    ad_set_id = client.ad_set(campaign_id, **goal, promoted_object=event)
    error = client.refused("POST", ad_set_id, optimization_goal="LINK_CLICKS")
    assert (error["code"], error["error_subcode"]) == (100, 3260011)


def test_a_campaign_has_at_most_200_ad_sets(client: Any) -> None:
    campaign_id = client.campaign()
    for _ in range(200):
        client.ad_set(campaign_id)
    check_refused(client, "adsets", client.ad_set_values(campaign_id), None)


def test_a_budget_changes_four_times_an_hour(client: Any) -> None:
    ad_set_id = client.ad_set(client.campaign())
    for budget in (51_000, 52_000, 53_000, 54_000):
        client.post(ad_set_id, daily_budget=budget)
    error = client.refused("POST", ad_set_id, daily_budget=55_000)
    assert (error["code"], error["error_subcode"]) == (613, 1487632)
    client.post(ad_set_id, name="a new name is no new budget")
    client.world.control("POST", "clock", {"advance_seconds": 3600})
    client.post(ad_set_id, daily_budget=55_000)


def test_a_budget_cannot_fall_below_what_was_spent(client: Any) -> None:
    _, ad_set_id, _ = client.tree(daily_budget=None, lifetime_budget=900_000, end_time="2026-10-31T00:00:00")
    client.days(10)
    spent = next(
        seen["spent"] for seen in client.world.control("GET", "objects")["objects"] if seen["id"] == ad_set_id
    )
    assert spent > 100_000
    error = client.refused("POST", ad_set_id, lifetime_budget=spent + 1)
    assert (error["code"], error["error_subcode"]) == (100, 1885650)
    client.post(ad_set_id, lifetime_budget=int(spent * 1.2))


@pytest.mark.parametrize("currency", sorted(CURRENCIES))
def test_minimums_follow_the_currencys_own_offset(currency: str) -> None:
    offset, rate = CURRENCIES[currency]
    assert (offset == 1) == (currency in OFFSET_ONE)
    minimum = Currency(currency).minimum_budget("imp", "CO")
    assert minimum == int(float(rate) * offset / 2 + 1e-9)
    assert Currency(currency).minimum_budget("imp", "ES") == 2 * minimum
