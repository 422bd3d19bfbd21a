"""Quantities as people write them (">20", "18 meses", "2.500.000"), and the range each must lie in."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from adflux_core.intake.place_names import plain


class Range(NamedTuple):
    """What a quantity may be; beyond it lies a mistake, and no person."""

    least: float
    most: float
    unit: str


RANGES = {
    "years_experience": Range(0, 60, "years"),
    "years_since_change": Range(0, 60, "years"),
    "training_hours": Range(0, 10_000, "hours"),
    "hours_per_week": Range(0, 168, "hours"),
    "employer_size": Range(0, 10_000_000, "people"),
    "salary_expectation": Range(0, 1e12, "of its currency"),
    "availability_days": Range(0, 730, "days"),
    "age": Range(14, 100, "years"),
}
# Years a unit is worth; what is written without one is in the field's own.
_YEARS = {
    **dict.fromkeys(("ano", "year", "yr"), 1.0),
    **dict.fromkeys(("mes", "month"), 1 / 12),
    **dict.fromkeys(("seman", "week"), 7 / 365),
    **dict.fromkeys(("dia", "day"), 1 / 365),
}
_NUMBER = re.compile(
    r"[-+]?(?:\d[\d.,' \u00a0]*\d|\d)(?:e[-+]?\d+)?|\b(?:inf(?:inity)?|nan)\b", re.IGNORECASE | re.ASCII
)
_THOUSANDS = re.compile(r"[-+]?\d{1,3}([.,' \u00a0])\d{3}(?:\1\d{3})*", re.ASCII)


class BeyondError(ValueError):
    """A quantity outside its range; says which and by what."""


def read_quantity(field: str, text: str) -> float | None:
    """The number in `text`, a bound counting as itself; None where it holds none. Raises BeyondError."""
    value = _value(text, thousands=field == "salary_expectation")
    return None if value is None else within(field, value, text)


def read_duration(field: str, text: str, *, written: float, kept: float) -> float | None:
    """A length of time: "18 meses", "2 años 6 meses", "15"; None where it says none. Raises BeyondError.

    `written` is how many years one is worth that has no unit of its own, `kept` that of the answer's unit.
    """
    told = plain(text)
    bare, named = [], []
    for found in _NUMBER.finditer(told):
        value = _value(found[0], thousands=False)
        after = told[found.end() :].lstrip(" +de")
        factor = next((years for word, years in _YEARS.items() if after.startswith(word)), None)
        if value is None:
            continue
        if factor is None:
            bare.append(value * written)
        else:
            named.append(value * factor)
    if not bare and not named:
        return None
    return within(field, (sum(named) if named else bare[0]) / kept, text)  # "3-5" begins at 3


def within(field: str, value: float, text: str) -> float:
    """`value` itself. Raises BeyondError when the field's range ends before it."""
    least, most, unit = RANGES[field]
    if not (math.isfinite(value) and least <= value <= most):
        shown = "" if field == "age" else f" {' '.join(text.split())[:40]!r}"
        raise BeyondError(f"{field}{shown} is not within {least:g} to {most:g} {unit}")
    return value


def _value(text: str, *, thousands: bool) -> float | None:
    found = _NUMBER.search(text)
    if found is None:
        return None
    number = found[0]
    if number[-1:].isalpha():
        return float(number)
    number = re.sub(r"[' \u00a0]", "", number)
    points, commas = number.count("."), number.count(",")
    if points and commas:
        decimal = "." if number.rindex(".") > number.rindex(",") else ","
        number = number.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    elif points > 1 or commas > 1 or (thousands and _THOUSANDS.fullmatch(number)):
        number = number.replace(".", "").replace(",", "")
    else:
        number = number.replace(",", ".")
    try:
        return float(number)
    except ValueError:
        return None
