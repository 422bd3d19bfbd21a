"""Whom an ad about a job may not single out, and where somebody must be named who pays."""

from typing import Any

import pytest


def at(**geo: Any) -> dict[str, Any]:
    return {"geo_locations": geo, "targeting_automation": {"advantage_audience": 0}}


def pin(latitude: float, longitude: float, radius: float, unit: str = "kilometer") -> dict[str, Any]:
    place = {"latitude": latitude, "longitude": longitude, "radius": radius, "distance_unit": unit}
    return at(custom_locations=[place])


def colombia(**more: Any) -> dict[str, Any]:
    return at(countries=["CO"]) | more


TARGETINGS = [
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


@pytest.mark.parametrize(
    ("changes", "subcode"), [row[1:] for row in TARGETINGS], ids=[r[0] for r in TARGETINGS]
)
def test_a_targeting_is_refused(
    shared: Any, campaign_id: str, changes: dict[str, Any], subcode: int | None
) -> None:
    shared.check_refused("adsets", shared.ad_set_values(campaign_id) | changes, subcode, changes)


@pytest.mark.parametrize("changes", [row[1] for row in LAWFUL], ids=[row[0] for row in LAWFUL])
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
        client.check_refused("adsets", values, 2909035)


def test_a_campaign_without_category_may_choose_ages(client: Any) -> None:
    campaign_id = client.campaign(special_ad_categories=[], special_ad_category_country=[])
    client.ad_set(campaign_id, targeting=colombia(age_min=25, genders=[1]))
    # The default audience needs no word on Advantage+ there.
    client.ad_set(campaign_id, targeting={"geo_locations": {"countries": ["CO"]}})
    values = client.ad_set_values(
        campaign_id, targeting={"geo_locations": {"countries": ["CO"]}, "age_min": 25}
    )
    client.check_refused("adsets", values, 1870227)
