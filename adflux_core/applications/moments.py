"""Moments as systems write them; where day and month cannot be told apart, none."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from adflux_core.intake.dates import EARLIEST, LATEST, read_date

ZONE = ZoneInfo("America/Bogota")  # of times that do not say theirs
NOON = time(12)  # of days that have none: the same day in nearly every zone
_EPOCH = re.compile(r"(\d{10})(\d{3})?", re.ASCII)
_WORLD = re.compile(r"\s*(?:UTC|GMT)$")
_CLOCK = re.compile(
    r"[\s,T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,6})?)?\s*(?:([ap])\.?\s?m\.?)?$",
    re.IGNORECASE | re.ASCII,
)


def read_moment(text: str, order: str | None = None) -> datetime | None:
    """The moment a text names. `order` is "dmy" or "mdy" where the rest of the file tells."""
    text = _WORLD.sub("+00:00", text.strip())
    if found := _EPOCH.fullmatch(text):
        return _known(datetime.fromtimestamp(int(found[1]), UTC))
    if ":" not in text:
        return _at(read_date(text, order), NOON)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        found = _CLOCK.search(text)
        return None if found is None else _at(read_date(text[: found.start()], order), _clock(found))
    return _known(moment if moment.tzinfo else moment.replace(tzinfo=ZONE))


def _known(moment: datetime) -> datetime | None:
    return moment if EARLIEST < moment.year < LATEST else None


def _at(day: date | None, clock: time | None) -> datetime | None:
    if day is None or clock is None:
        return None
    return _known(datetime.combine(day, clock, ZONE))


def _clock(found: re.Match[str]) -> time | None:
    hour, half = int(found[1]), (found[4] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(found[2]), int(found[3] or 0))
    except ValueError:
        return None
