"""Whom an ad set may reach: Meta's targeting pages, its Special Ad Categories page and the EU's DSA."""

from collections.abc import Iterator
from typing import Any

from sandbox.meta.errors import missing, refused
from sandbox.meta.kinds import AUDIENCE
from sandbox.meta.places import DSA_REGULATED, EUROPE, KILOMETRES_PER_MILE, US_AND_CANADA, Place, places
from sandbox.meta.rules_campaign import RESTRICTED
from sandbox.meta.state import Account, Node

YOUNGEST, OLDEST = 18, 65
ADULT_FLOOR = 13
ALL_GENDERS: tuple[list[int], ...] = ([], [0], [1, 2])
LONGEST_DSA_NAME = 512
SMALLEST_RADIUS_KM = (
    (US_AND_CANADA, {"mile": 15 * KILOMETRES_PER_MILE, "kilometer": 25.0}),
    (EUROPE, {"mile": 15.0, "kilometer": 15.0}),
)
BARRED_PLACES = (
    "zips subcities neighborhoods metro_areas geo_markets small_geo_areas subneighborhoods "
    "electoral_districts political_districts"
).split()
BARRED_KEYS = (  # demographics and behaviours, exclusions, and what amounts to them
    "exclusions excluded_geo_locations behaviors family_statuses generation household_composition income "
    "industries interested_in life_events moms net_worth office_type politics political_views "
    "relationship_statuses education_majors education_schools education_statuses college_years "
    "ethnic_affinity home_ownership home_type home_value work_employers work_positions age_range "
    "user_age_unknown"
).split()
REMOVED_PLACEMENTS = (
    ("facebook_positions", "video_feeds"),
    ("instagram_positions", "explore"),
    ("messenger_positions", "story"),
)
ONLY_LOCATION = frozenset({"geo_locations", "targeting_automation", "locales"})


def check(account: Account, campaign: Node, values: dict[str, Any]) -> None:
    targeting = values["targeting"]
    geo = targeting.get("geo_locations", {})
    reached = list(places(geo))
    _location(targeting, geo, reached)
    _placements(targeting)
    _ages(targeting)
    audiences = _audiences(account, targeting)
    restricted = bool(RESTRICTED & set(campaign.values["special_ad_categories"]))
    _advantage_audience(targeting, restricted)
    if restricted:
        _special_category(targeting, geo, reached, audiences)
    _dsa(account, values, reached)


def _location(targeting: dict[str, Any], geo: dict[str, Any], reached: list[Place]) -> None:
    if (
        not reached
        and not any(geo.get(kind) for kind in BARRED_PLACES)
        and not targeting.get("custom_audiences")
    ):
        raise refused(
            "Location Required",
            "The targeting needs at least one location or a custom audience.",
            blame=("targeting",),
        )
    for place in reached:
        if len(place.country) != 2:
            raise refused("Invalid Country", f"{place.country!r} is no country code.", blame=("targeting",))


def _placements(targeting: dict[str, Any]) -> None:
    for key, position in REMOVED_PLACEMENTS:
        if position in targeting.get(key, []):
            raise refused(
                "Placement Not Available", f"{position} is no longer among {key}.", blame=("targeting", key)
            )


def _ages(targeting: dict[str, Any]) -> None:
    low, high = targeting.get("age_min", YOUNGEST), targeting.get("age_max", OLDEST)
    if not ADULT_FLOOR <= low <= high <= OLDEST:
        raise refused("Invalid Age", "age_min and age_max must lie between 13 and 65.", blame=("targeting",))


def _audiences(account: Account, targeting: dict[str, Any]) -> list[Node]:
    found = []
    for key in ("custom_audiences", "excluded_custom_audiences"):
        for entry in targeting.get(key, []):
            audience = account.find(entry.get("id"), AUDIENCE.name)
            if audience is None:
                raise refused(
                    "Custom Audience Not Found",
                    f"There is no audience {entry.get('id')!r}.",
                    blame=("targeting", key),
                )
            found.append(audience)
    return found


def _advantage_audience(targeting: dict[str, Any], restricted: bool) -> None:
    """Must be said whenever the audience is not the default one, and always in a restricted category."""
    automation = targeting.get("targeting_automation", {})
    said = automation.get("advantage_audience")
    if said is None and (restricted or set(targeting) - ONLY_LOCATION):
        raise refused(
            "Advantage audience flag required",
            "Set advantage_audience to 1 or 0 within the targeting_automation field.",
            subcode=1870227,
            blame=("targeting",),
        )
    if said not in (None, 0, 1):
        raise refused("Advantage audience flag invalid", "It is either 0 or 1.", blame=("targeting",))


def _special_category(
    targeting: dict[str, Any], geo: dict[str, Any], reached: list[Place], audiences: list[Node]
) -> None:
    for barred in (*_barred_people(targeting, audiences), *_barred_places(geo, reached)):
        raise refused(
            "Audience Not Available For Special Ad Category",
            f"Ads about housing, employment or financial products cannot use {barred}.",
            subcode=2909035,
            blame=("targeting",),
        )


def _barred_people(targeting: dict[str, Any], audiences: list[Node]) -> Iterator[str]:
    if (targeting.get("age_min", YOUNGEST), targeting.get("age_max", OLDEST)) != (YOUNGEST, OLDEST):
        yield "an age range other than 18 to 65+"
    if sorted(targeting.get("genders", [])) not in ALL_GENDERS:
        yield "a selection of genders"
    for spec in [targeting, *targeting.get("flexible_spec", [])]:
        yield from (key for key in BARRED_KEYS if spec.get(key))
    if any(audience.values.get("subtype") == "LOOKALIKE" for audience in audiences):
        yield "lookalike audiences"


def _barred_places(geo: dict[str, Any], reached: list[Place]) -> Iterator[str]:
    yield from (f"locations of the kind {kind}" for kind in BARRED_PLACES if geo.get(kind))
    for place in reached:
        for countries, smallest in SMALLEST_RADIUS_KM:
            if place.country in countries and _smaller(place.radius_km, smallest.get(place.radius_unit)):
                yield f"a radius of {place.radius_km:g} km there"


def _smaller(radius: float | None, smallest: float | None) -> bool:
    return radius is not None and smallest is not None and radius < smallest


def _dsa(account: Account, values: dict[str, Any], reached: list[Place]) -> None:
    """Payor and beneficiary where the EU is reached; elsewhere Meta does not keep them."""
    names = (("dsa_payor", 3858079), ("dsa_beneficiary", 3858081))
    if not any(place.country in DSA_REGULATED for place in reached):
        for field, _ in names:
            values.pop(field, None)
        return
    for field, subcode in names:
        said = values.get(field) or account.default_dsa.get(f"default_{field}")
        if not said:
            raise refused(
                f"No {field.removeprefix('dsa_')} provided in DSA regulated region",
                f"The DSA requires ads in regulated regions to name their {field.removeprefix('dsa_')}.",
                subcode=subcode,
                blame=(field,),
            )
        if len(said) > LONGEST_DSA_NAME:
            raise refused("Name Too Long", f"{field} has at most 512 characters.", blame=(field,))
        values[field] = said


def required(values: dict[str, Any]) -> None:
    if not values.get("targeting"):
        raise missing("targeting")
