"""Dates as feeds write them; where day and month cannot be told apart, none."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

EARLIEST, LATEST = 1990, 2100
MONTHS = {
    name[:3]: number
    for names in (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), start=1)
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", re.ASCII)
_EPOCH_MS = re.compile(r"\d{13}", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)", re.ASCII)
# RFC 822 ("Fri, 12 Apr 2013 15:52:34 GMT") and prose ("12 de abril de 2013").
_DAY_FIRST = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})(?:\s+de\s+|[\s-]+)([^\W\d]{3,12})\.?,?(?:\s+del?\s+|[\s-]+)(\d{4})(?!\d)"
)
_MONTH_FIRST = re.compile(
    r"(?:[^\W\d]+,\s+)?([^\W\d]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)"
)


def read_date(text: str, order: str | None = None) -> date | None:
    """The day a text names, as written there (no shift between time zones; epoch milliseconds are UTC).

    `order` is "dmy" or "mdy" where the rest of the file tells; without it "03/04/2024" is None.
    """
    text = text.strip()
    if found := _ISO.match(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if _EPOCH_MS.fullmatch(text):
        moment = datetime.fromtimestamp(int(text) / 1000, UTC).date()
        return _date(moment.year, moment.month, moment.day)
    if found := _NUMBERS.match(text):
        return _numbers(int(found[1]), int(found[2]), int(found[3]), order)
    if found := _DAY_FIRST.match(text):
        return _named(found[2], int(found[1]), int(found[3]))
    if found := _MONTH_FIRST.match(text):
        return _named(found[1], int(found[2]), int(found[3]))
    return None


def _numbers(first: int, second: int, year: int, order: str | None) -> date | None:
    if first > 12 or first == second or (order == "dmy" and second <= 12):
        return _date(year, second, first)
    if second > 12 or order == "mdy":
        return _date(year, first, second)
    return None


def _named(month: str, day: int, year: int) -> date | None:
    number = MONTHS.get(month[:3].lower())
    return None if number is None else _date(year, number, day)


def _date(year: int, month: int, day: int) -> date | None:
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
