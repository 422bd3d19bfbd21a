"""From a candidate as found to a row of the table: every field read, normalised, or left missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from adflux_core.candidates.quantities import BeyondError, read_duration, read_quantity
from adflux_core.candidates.words import (
    one_word,
    read_email,
    read_flag,
    read_level,
    read_list,
    read_phone,
    read_studying,
)
from adflux_core.intake.dates import read_date
from adflux_core.intake.places import city_name, country_code, read_place
from adflux_core.intake.records import Bad, Found

# The columns of `candidate` in the order of a Line, after what names the person.
CONTACT = ("name", "email", "phone")
CONSENT = ("consent", "consent_purpose", "consented_on", "retain_until")
FEATURES = (
    "city", "region", "country", "years_experience", "relevant_experience", "education", "field_of_study",
    "studying", "occupation", "sector", "seniority", "skills", "languages", "employer_size",
    "years_since_change", "training_hours", "hours_per_week", "salary_expectation", "salary_currency",
    "availability_days",
)  # fmt: skip
COLUMNS = (*CONTACT, *CONSENT, *FEATURES)
# Of `protected.candidate_attribute`, which only the audit's role may read.
PROTECTED = ("age", "gender", "marital_status", "origin", "health")

RETENTION = timedelta(days=730)  # from the consent, where a file does not say until when
LONGEST_ID = 400
LONGEST_LINE = 5000


class Line(NamedTuple):
    """A candidate as the table wants it; `values` are COLUMNS and then PROTECTED."""

    line: int
    external_id: str
    values: tuple[Any, ...]


class RowMaker:
    """Makes rows of one file on the day `today`; `language` is what its headers speak."""

    def __init__(self, today: date, language: str | None) -> None:
        self.today = today
        self.order = "dmy" if language == "es" else None

    def row(self, found: Found) -> Line | Bad:
        """The row, or why it cannot be one; the reason never names a person."""
        get = found.fields
        if any(len(value) > LONGEST_LINE for value in get.values()):
            return Bad(found.line, f"a field has more than {LONGEST_LINE} characters", "")
        city, region, country = _where(get)
        email = read_email(get.get("email", ""))
        phone = read_phone(get.get("phone", ""), country)
        external_id = " ".join(get.get("external_id", "").split()).removesuffix(".0")
        if not external_id:
            if email is None and phone is None:
                return Bad(found.line, "no id, e-mail or phone: nobody could find this person again", "")
            external_id = blake2b((email or phone or "").encode(), digest_size=10).hexdigest()
        if len(external_id) > LONGEST_ID:
            return Bad(found.line, f"the id has {len(external_id)} characters", "")
        try:
            measured = _measured(get)
            age = read_quantity("age", get.get("age", ""))
        except BeyondError as error:
            return Bad(found.line, str(error), "")
        values = {
            "name": " ".join(get.get("name", "").split()) or None,
            "email": email,
            "phone": phone,
            **self._consent(get),
            "city": city,
            "region": region,
            "country": country,
            **measured,
            **_named(get),
            "age": None if age is None else int(age),
            **{name: one_word(get.get(name, "")) for name in PROTECTED[1:]},
        }
        return Line(found.line, external_id, tuple(values[name] for name in (*COLUMNS, *PROTECTED)))

    def _consent(self, get: Mapping[str, str]) -> dict[str, Any]:
        """Consent counts with its purpose and its date; a bare yes is no consent."""
        said = read_flag(get.get("consent", ""))
        purpose = " ".join(get.get("consent_purpose", "").split()) or None
        given = read_date(get.get("consented_on", ""), self.order)
        until = read_date(get.get("retain_until", ""), self.order)
        valid = said is True and purpose is not None and given is not None and given <= self.today
        return {
            "consent": None if said is None else valid,
            "consent_purpose": purpose,
            "consented_on": given,
            "retain_until": until or (given or self.today) + RETENTION,
        }


def _where(get: Mapping[str, str]) -> tuple[str | None, str | None, str | None]:
    read = read_place(get.get("place", ""))
    city = city_name(get.get("city", "")) or read.city
    region = city_name(get.get("region", "")) or read.region
    country = country_code(get.get("country", "")) or read.country
    if country is None and (city or region):
        country = read_place(", ".join(part for part in (city, region) if part)).country
    return city, region, country


def _measured(get: Mapping[str, str]) -> dict[str, float | None]:
    worked, months = get.get("years_experience", ""), get.get("months_experience", "")
    experience = read_duration("years_experience", worked, written=1, kept=1)
    if experience is None:
        experience = read_duration("years_experience", months, written=1 / 12, kept=1)
    return {
        "years_experience": experience,
        "employer_size": read_quantity("employer_size", get.get("employer_size", "")),
        "years_since_change": read_duration(
            "years_since_change", get.get("years_since_change", ""), written=1, kept=1
        ),
        "training_hours": read_quantity("training_hours", get.get("training_hours", "")),
        "hours_per_week": read_quantity("hours_per_week", get.get("hours_per_week", "")),
        "salary_expectation": read_quantity("salary_expectation", get.get("salary_expectation", "")),
        "availability_days": _available(get.get("availability", "")),
    }


def _available(text: str) -> float | None:
    """In how many days; a date says it only on the day it was written."""
    if (one_word(text) or "").startswith(("inmediat", "immediat", "ya", "now")):
        return 0.0
    if read_date(text) is not None:
        return None
    return read_duration("availability_days", text, written=1 / 365, kept=1 / 365)


def _named(get: Mapping[str, str]) -> dict[str, Any]:
    currency = get.get("salary_currency", "").strip().upper()
    return {
        "relevant_experience": read_flag(get.get("relevant_experience", "")),
        "education": read_level(get.get("education", ""), "education"),
        "field_of_study": one_word(get.get("field_of_study", "")),
        "studying": read_studying(get.get("studying", "")),
        "occupation": one_word(get.get("occupation", "")),
        "sector": one_word(get.get("sector", "")),
        "seniority": read_level(get.get("seniority", ""), "seniority"),
        "skills": read_list(get.get("skills", "")),
        "languages": read_list(get.get("languages", "")),
        "salary_currency": currency
        if len(currency) == 3 and currency.isascii() and currency.isalpha()
        else None,
    }
