"""Where an ad set reaches: the countries behind its cities, regions and pins.

Meta resolves a key or a pin on its own maps. Here a place says its country itself, or is in the small
gazetteer that `GET /search?type=adgeolocation` searches, or (a pin) is located by coarse outlines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.meta.errors import refused

KILOMETRES_PER_MILE = 1.609344
LARGEST_RADIUS_KM = 80.5  # fifty miles

EUROPEAN_UNION = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
)
# EU territories that have a country code of their own.
DSA_REGULATED = EUROPEAN_UNION | frozenset("AX GF GP MF MQ RE YT".split())
EUROPE = EUROPEAN_UNION | frozenset(
    "AD AL AX BA BY CH FO GB GG GI IM IS JE LI MC MD ME MK NO RS SM UA VA XK".split()
)
US_AND_CANADA = frozenset({"US", "CA"})
COUNTRY_GROUPS = {
    "europe": EUROPE,
    "eea": EUROPEAN_UNION | {"IS", "LI", "NO"},
    "north_america": US_AND_CANADA | {"MX"},
    "worldwide": EUROPE | US_AND_CANADA,
}

# key, city, country, region key, region. The keys are this sandbox's own, not Meta's.
GAZETTEER = [
    tuple(line.split("|"))
    for line in """\
910101|Bogotá|CO|9101|Bogotá D.C.
910201|Medellín|CO|9102|Antioquia
910301|Cali|CO|9103|Valle del Cauca
910401|Barranquilla|CO|9104|Atlántico
910501|Cartagena|CO|9105|Bolívar
910601|Bucaramanga|CO|9106|Santander
920101|Ciudad de México|MX|9201|Ciudad de México
930101|Lima|PE|9301|Lima
940101|Santiago|CL|9401|Región Metropolitana
950101|Quito|EC|9501|Pichincha
960101|Buenos Aires|AR|9601|Buenos Aires
970101|Madrid|ES|9701|Comunidad de Madrid
970201|Barcelona|ES|9702|Cataluña
971101|Berlin|DE|9711|Berlin
972101|Paris|FR|9721|Île-de-France
973101|London|GB|9731|England
980101|New York|US|9801|New York
980201|Miami|US|9802|Florida
981101|Toronto|CA|9811|Ontario""".splitlines()
]
CITY_COUNTRY = {key: country for key, _, country, _, _ in GAZETTEER}
REGION_COUNTRY = {region_key: country for _, _, country, region_key, _ in GAZETTEER}

Box = tuple[float, float, float, float]  # west, east, south, north
EUROPEAN_BOXES: list[Box] = [
    (-10, 40, 43, 71),
    (-10, 3, 37.3, 43),
    (-6, -1.5, 36, 37.3),
    (3, 9, 41, 43),
    (8, 19, 37.8, 43),
    (12, 16, 35.7, 37.8),
    (19, 28, 34.7, 43),
    (32, 34.7, 34.5, 35.8),
    (-25, -13, 62, 67),
    (-18.3, -13.3, 27.6, 29.5),  # the Canaries
    (-31.4, -25, 36.8, 39.8),  # the Azores
    (-17.4, -16.2, 32.3, 33.2),  # Madeira
]
US_AND_CANADA_BOXES: list[Box] = [
    (-125, -52, 32.6, 84),
    (-114, -81, 31.4, 32.6),
    (-106, -80, 29.8, 31.4),
    (-98, -79.8, 26, 29.8),
    (-82.5, -79.8, 24.4, 26),
    (-170, -125, 51, 84),
    (-160.5, -154.5, 18.8, 22.4),  # Hawaii
]


@dataclass(frozen=True)
class Place:
    kind: str  # the key of geo_locations it came from
    country: str
    radius_km: float | None = None
    radius_unit: str = ""


def places(geo: dict[str, Any]) -> Iterator[Place]:
    for country in geo.get("countries", []):
        yield Place("countries", country)
    for group in geo.get("country_groups", []):
        for country in sorted(COUNTRY_GROUPS.get(group, frozenset())):
            yield Place("country_groups", country)
    for region in geo.get("regions", []):
        yield Place("regions", region.get("country") or _known("regions", REGION_COUNTRY, region))
    for city in geo.get("cities", []):
        yield Place(
            "cities", city.get("country") or _known("cities", CITY_COUNTRY, city), _radius(city), _unit(city)
        )
    for pin in geo.get("custom_locations", []):
        yield Place("custom_locations", _country_of_pin(pin), _radius(pin), _unit(pin))


def _known(kind: str, keys: dict[str, str], place: dict[str, Any]) -> str:
    if place.get("key") not in keys:
        raise refused(
            "Invalid location",
            f"There is no place with key {place.get('key')!r} in {kind}.",
            blame=("targeting",),
        )
    return keys[place["key"]]


def _unit(place: dict[str, Any]) -> str:
    unit = str(place.get("distance_unit", "mile"))
    if unit not in ("mile", "kilometer"):
        raise refused(
            "Invalid distance unit", f"{unit!r} is neither mile nor kilometer.", blame=("targeting",)
        )
    return unit


def _radius(place: dict[str, Any]) -> float | None:
    if place.get("radius") is None:
        return None
    kilometres = float(place["radius"]) * (KILOMETRES_PER_MILE if _unit(place) == "mile" else 1)
    if not 0 < kilometres <= LARGEST_RADIUS_KM:
        raise refused(
            "Invalid radius", "The radius must be at most 50 miles or 80 kilometers.", blame=("targeting",)
        )
    return kilometres


def _country_of_pin(pin: dict[str, Any]) -> str:
    if pin.get("country"):
        return str(pin["country"])
    if "latitude" not in pin or "longitude" not in pin or pin.get("radius") is None:
        raise refused(
            "Invalid custom location", "A pin needs latitude, longitude and radius.", blame=("targeting",)
        )
    latitude, longitude = float(pin["latitude"]), float(pin["longitude"])
    for boxes, country in ((EUROPEAN_BOXES, "ES"), (US_AND_CANADA_BOXES, "US")):
        if any(
            west <= longitude <= east and south <= latitude <= north for west, east, south, north in boxes
        ):
            return country
    return "ZZ"  # somewhere else in the world


def search(query: str, kinds: list[str]) -> list[dict[str, Any]]:
    """What Meta's Targeting Search answers for `type=adgeolocation`."""
    found: dict[str, dict[str, Any]] = {}
    wanted = query.casefold()
    for key, city, country, region_key, region in GAZETTEER:
        place = {"country_code": country, "supports_region": True}
        if "city" in kinds and wanted in city.casefold():
            more = {"region": region, "region_id": int(region_key), "supports_city": True}
            found[key] = {"key": key, "name": city, "type": "city"} | place | more
        if "region" in kinds and wanted in region.casefold():
            found[region_key] = {"key": region_key, "name": region, "type": "region"} | place
    return list(found.values())
