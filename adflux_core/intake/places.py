"""Where a job is: city, region and country out of one line, or nothing where the line does not say."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from adflux_core.intake import place_names
from adflux_core.intake.place_names import plain

LONGEST_CITY = 60


class Place(NamedTuple):
    """`country` is ISO 3166-1 alpha-2. Several places in one line share what they have in common."""

    city: str | None = None
    region: str | None = None
    country: str | None = None
    remote: bool | None = None


_REMOTE = re.compile(
    r"\b(?:fully\s+|100\s?%\s+)?(?:remote|remot[oa]s?|teletrabajo|telecommute|telecommuting"
    r"|work from home|home[- ]based|wfh|trabajo desde casa|home office)\b",
    re.IGNORECASE,
)
_FRIENDLY = re.compile(r"\bremote[- ]friendly\b|\bhybrid\b|\bh[íi]brid[oa]\b", re.IGNORECASE)
_SITE = re.compile(
    r"\b(?:on-?site|in-?office|presencial|hybrid|h[íi]brid[oa]|office|hq|headquarters|remote[- ]friendly)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(.+?) \((La|El|Los|Las)\)")
_PARENTHESES = re.compile(r"\([^()]*\)")
_SEVERAL = re.compile(r"\s*(?:[;|•\n]|\s/\s|\s+or\s+|\s+o\s+)\s*", re.IGNORECASE)
_DASH = re.compile(r"\s+[-–—]+\s+|:\s+|-\s+")
# A list inside parentheses says which places are allowed, not which it is: "(ON, AB, or NS only)".
_LISTED = re.compile(r"\([^()]*[,;|][^()]*\)")
_BOGOTA = re.compile(r"\bBogot[áa],?\s+D\.?\s?C\b\.?", re.IGNORECASE)
_CODE_AND_COUNTRY = re.compile(r"([A-Z]{2})\s+(\D+)")
_STATE_AFTER = re.compile(r"(\D+?)\s+([A-Z]{2})")
_INSIDE = re.compile(r"\s*(?:with)?in\s+(?:the\s+)?", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_EDGES = " \t-–—,.:/"


@lru_cache(maxsize=8192)
def read_place(text: str) -> Place:
    """Read one line such as "US, MD, Baltimore", "Bogotá, Colombia" or "Remote - Spain"."""
    text = _LISTED.sub(" ", " ".join(text.replace("\n", ";").split()))
    remote = True if _REMOTE.search(text) and not _FRIENDLY.search(text) else None
    if remote is None and _FRIENDLY.search(text):
        remote = False
    places = [_one(part) for part in _SEVERAL.split(text)]
    places = [place for place in places if any(place)]
    if not places:
        return Place(remote=remote)
    first = places[0]
    return Place(
        first.city if all(place.city == first.city for place in places) else None,
        first.region if all(place.region == first.region for place in places) else None,
        first.country if all(place.country == first.country for place in places) else None,
        remote,
    )


@lru_cache(maxsize=8192)
def city_name(text: str) -> str | None:
    """One city: "Bañeza (La)" → "La Bañeza"; None for "Otra", "N/A" or a sentence."""
    if found := _ARTICLE.fullmatch(text.strip()):
        text = f"{found[2]} {found[1]}"
    name = " ".join(_PARENTHESES.sub(" ", text).split()).strip(_EDGES)
    if (
        not name
        or len(name) > LONGEST_CITY
        or any(sign in name for sign in ":&@#*=<>_")
        or _DIGIT.search(name)
    ):
        return None
    known = plain(name)
    name = place_names.CITY_ALIASES.get(known, name)
    return None if known in place_names.NO_PLACE or known in place_names.continents() else name


@lru_cache(maxsize=2048)
def country_code(text: str) -> str | None:
    """ISO code of a country's name in Spanish or English, or of its code."""
    text = text.strip(_EDGES.replace(".", ""))
    if len(text) == 2 and text.upper() in place_names.country_codes() and text.upper() != "NA":
        return text.upper()
    known = plain(text)
    if known in place_names.NO_PLACE:
        return None
    return place_names.countries().get(known) or place_names.countries().get(known.strip(" ."))


def _one(text: str) -> Place:
    said = "CO" if _BOGOTA.search(text) else None
    text = _BOGOTA.sub("Bogotá", text)
    if not _ARTICLE.fullmatch(text):
        inside = [
            country_code(_REMOTE.sub("", found[1:-1]))
            for found in _PARENTHESES.findall(text)
            if found.lower() not in {"(la)", "(el)", "(los)", "(las)"}
        ]
        said = next((code for code in inside if code), said)
        text = _PARENTHESES.sub(" ", text)
    text = _SITE.sub(" ", _REMOTE.sub(" ", text)).lstrip(_EDGES)
    if within := _INSIDE.match(text):
        text = text[within.end() :]
    pieces = [piece for piece in _DASH.split(text) if piece.strip(_EDGES)]
    if len(pieces) > 1:  # "Betterment HQ - New York City", "Cali - Colombia": what comes later tells more
        read = [_parts(piece) for piece in pieces]
        place = next((place for place in reversed(read) if place.city), read[-1])
        country = next((each.country for each in reversed(read) if each.country), said)
        return place._replace(country=place.country or country)
    place = _parts(text)
    return place._replace(country=place.country or said)


def _parts(text: str) -> Place:
    parts = [part.strip(_EDGES.replace(".", "")) for part in text.split(",")]
    while len(parts) > 1 and plain(parts[-1]) in place_names.NO_PLACE | place_names.continents():
        parts.pop()
    parts = [part for part in parts if "&" not in part]
    both = _CODE_AND_COUNTRY.fullmatch(parts[-1]) if parts else None
    if both and country_code(both[2]) and _state(both[1]) == country_code(both[2]):
        parts[-1:] = [both[1], both[2]]  # "San Mateo, CA United States"
    if len(parts) >= 2 and (found := _first_country(parts)):
        return found
    parts = [part for part in parts if part]
    if not parts:
        return Place()
    if len(parts) == 1:
        return _alone(parts[0])
    return _last(parts)


def _first_country(parts: list[str]) -> Place | None:
    """ "US, MD, Baltimore", "GB, , London" (after a code each part has its seat), and "Spain, Madrid"."""
    code = country_code(parts[0])
    if code is None:
        return None
    if len(parts[0]) == 2 and parts[0].isupper():
        if len(parts) == 2:
            state = _state(parts[1])
            if state != code and country_code(parts[1]) not in {None, code}:
                return Place()
            if state == code:
                return Place(None, parts[1], code)
            return Place(city_name(parts[1]), None, code)
        rest = [part for part in parts[2:] if country_code(part) != code]
        region = parts[1] or (rest[1] if len(rest) > 1 and _state(rest[1]) == code else None)
        region = None if _DIGIT.search(region or "") else region  # "JP, 13, Shibuya"
        return Place(city_name(rest[0]) if rest else None, region or None, code)
    if country_code(parts[-1]) is None and plain(parts[0]) not in place_names.zone_cities():
        seats = [part for part in parts[1:] if part]
        if seats and _state(seats[0]) not in {None, code}:  # "Armenia, Quindío"
            return None
        if len(seats) == 1 or (len(seats) == 2 and _state(seats[0]) == code):
            return Place(city_name(seats[-1]), seats[0] if len(seats) == 2 else None, code)
    return None


def _last(parts: list[str]) -> Place:
    """City first: "Bogotá, Colombia", "Toronto, Ontario, Canada", "San Francisco, CA"."""
    city, last = parts[0], parts[-1]
    country, state = country_code(last), _state(last)
    namesake = country in place_names.NAMESAKES.get(plain(city), ())  # "Armenia, Colombia"
    other = country_code(city) not in {None, country} and not namesake
    if country and len(city) > 3 and other and _state(last) is None:
        return Place()  # "Bulgaria, Hungary, Poland"
    if len(parts) == 2 and (country or state):
        return _two(city, last, country, state)
    if country:
        region = parts[-2] if len(parts) > 2 else None
        return Place(city_name(city), region if region != city or len(parts) > 2 else None, country)
    if len(parts) == 3 and (code := country_code(parts[1])):  # "New York, US, New York"
        return Place(city_name(city), last, code)
    if len(parts) == 2:
        region = None if plain(last) in place_names.zone_cities().keys() | place_names.US_CITIES else last
        return Place(city_name(city), region and city_name(region), None)
    return Place(city_name(city) if state else None, last if state else None, state)


def _two(city: str, last: str, country: str | None, state: str | None) -> Place:
    known = plain(city)
    if country and state and country != state:
        # "CO" is Colorado and Colombia, "Georgia" a state and a country: the city decides, or nobody.
        if known in place_names.CO_CITIES and country == "CO":
            state = None
        elif known in place_names.US_CITIES and state == "US":
            country = None
        else:
            home = place_names.zone_cities().get(known)
            country, state = (country if home == country else None), (state if home == state else None)
        if not country and not state:
            return Place(city_name(city), None, None)
    if state and (not country or country == state):
        return Place(city_name(city), last, state)
    if _state(city) == country:  # "California, United States"
        return (
            Place(None, city, country)
            if known not in place_names.zone_cities()
            else Place(city, None, country)
        )
    return Place(city_name(city), None, country)


def _alone(text: str) -> Place:
    code, state = country_code(text), _state(text)
    if code and not (len(text) == 2 and not text.isupper()):
        return Place(None, None, None if state and state != code else code)
    if state and len(text) > 2 and plain(text) not in {"new york", "washington", "georgia"}:
        return Place(None, text, state)
    if (both := _STATE_AFTER.fullmatch(text)) and both[2] in place_names.US_STATES:  # "Ledgewood NJ"
        return _two(both[1], both[2], country_code(both[2]), "US")
    return Place(city_name(text), None, None)


def _state(text: str) -> str | None:
    """The country of a state, province or department known by its name or code."""
    known = plain(text)
    if text in place_names.US_STATES or known in place_names.US_STATES.values() or known in {"d.c.", "d.c"}:
        return "US"
    if text in place_names.CA_PROVINCES or known in place_names.CA_PROVINCES.values():
        return "CA"
    return "CO" if known in place_names.CO_DEPARTMENTS else None
