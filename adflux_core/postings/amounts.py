"""Numbers in salaries: which mark groups thousands and which begins the decimals, or that nobody can say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

# The largest that numeric(18, 3) holds.
LARGEST = Decimal(10) ** 15
# Which marks group thousands where a currency is at home (CLDR's number symbols of its countries).
POINT, COMMA, EITHER = frozenset("."), frozenset(","), frozenset(".,")
THOUSANDS = {
    **dict.fromkeys(
        ("COP", "ARS", "CLP", "BRL", "PYG", "UYU", "BOB", "VES", "CRC", "DKK", "TRY", "IDR"), POINT
    ),
    **dict.fromkeys(("USD", "GBP", "CAD", "AUD", "NZD", "MXN", "INR", "JPY", "SGD", "HKD", "DOP"), COMMA),
    **dict.fromkeys(("PEN", "GTQ", "HNL", "NIO", "PAB", "CNY", "KRW", "ILS", "AED", "PHP"), COMMA),
    # Ireland writes 75,000 and Spain 75.000; with cents of two digits neither can be decimals.
    "EUR": EITHER,
    "CHF": EITHER,
}
NUMBER = re.compile(
    r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,'’]\d+)*", re.ASCII
)
_SPACES = re.compile(r"[ \u00a0\u202f'’]")
# "1'400.000", as Colombia writes by hand: the apostrophe for millions, a mark for thousands.
_BY_HAND = re.compile(r"\d{1,3}['’]\d{3}(?:[.,]\d{3})+", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*", re.ASCII)


def known_marks(numbers: Iterable[str]) -> frozenset[str]:
    """The thousands marks that numbers show beyond doubt: "1.400.000" or "1.400,50" show the point."""
    found = set()
    for number in numbers:
        if _BY_HAND.fullmatch(number):
            continue
        plain = _SPACES.sub("", number)
        marks = [mark for mark in plain if mark in ".,"]
        if len(marks) > 1 or (marks and plain != number):
            found.add(marks[0])
        elif len(marks) == 1 and len(plain.partition(marks[0])[2]) in {1, 2}:
            found.add("," if marks[0] == "." else ".")
    return frozenset(found)


def amount(number: str, marks: frozenset[str]) -> Decimal | None:
    """The value of one NUMBER, given the marks that may group thousands here; None where it is not certain.

    "1.400" is 1400 only if the point is known to group: on the other side of an ocean it is 1.4.
    """
    if _BY_HAND.fullmatch(number):
        return _value(re.sub(r"\D", "", number))
    plain = _SPACES.sub("", number)
    points, commas = plain.count("."), plain.count(",")
    if points and commas:
        group, decimal = (".", ",") if plain.rindex(",") > plain.rindex(".") else (",", ".")
        whole, _, cents = plain.rpartition(decimal)
        if decimal in whole or len(cents) > 2 or not _grouped_by(whole, group):
            return None
        return _value(f"{whole.replace(group, '')}.{cents}")
    mark = "." if points else ","
    if points + commas > 1:
        return _value(plain.replace(mark, "")) if _grouped_by(plain, mark) else None
    if points + commas == 0:
        return _value(plain)
    whole, _, rest = plain.partition(mark)
    if len(rest) == 3 and len(whole) <= 3 and not whole.startswith("0"):
        return _value(whole + rest) if mark in marks else None
    return _value(f"{whole}.{rest}") if len(rest) <= 2 or whole.startswith("0") else None


def _grouped_by(number: str, mark: str) -> bool:
    found = _GROUPED.fullmatch(number)
    return found is not None and found[1] == mark


def _value(plain: str) -> Decimal | None:
    if len(plain) > 20:
        return None
    value = Decimal(plain)
    if value >= LARGEST or value != round(value, 3):
        return None
    return value
