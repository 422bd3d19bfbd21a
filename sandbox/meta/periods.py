"""Which days an insights query is about, and how they are cut into rows."""

import json
from datetime import date, timedelta
from typing import Any

from sandbox.meta.errors import GraphError, bad_parameter

RETAINED_MONTHS = 37
LONGEST_INCREMENT = 90
LAST_DAYS = {"last_3d": 3, "last_7d": 7, "last_14d": 14, "last_28d": 28, "last_30d": 30, "last_90d": 90}
DEFAULT_PRESET = "last_30d"
Period = tuple[date, date]


def asked_period(wanted: dict[str, Any], today: date) -> Period:
    if "time_range" in wanted:
        since, until = _range(wanted["time_range"])
    else:
        since, until = _preset(wanted.get("date_preset", DEFAULT_PRESET), today)
    if since > until:
        raise bad_parameter("Must specify a time range whose since is not after its until.", "time_range")
    if since < oldest(today):
        raise GraphError(
            "(#3018) The start date of the time range cannot be beyond 37 months from the current date",
            code=3018,
        )
    return since, until


def oldest(today: date) -> date:
    months = today.year * 12 + today.month - 1 - RETAINED_MONTHS
    return date(months // 12, months % 12 + 1, min(today.day, 28))


def _range(value: dict[str, Any]) -> Period:
    if set(value) != {"since", "until"}:
        raise bad_parameter("Param time_range must have since and until.", "time_range")
    try:
        return date.fromisoformat(str(value["since"])), date.fromisoformat(str(value["until"]))
    except ValueError:
        raise bad_parameter("Param time_range must hold dates as YYYY-MM-DD.", "time_range") from None


def _preset(preset: str, today: date) -> Period:
    yesterday = today - timedelta(days=1)
    first = today.replace(day=1)
    periods = {
        "today": (today, today),
        "yesterday": (yesterday, yesterday),
        "this_month": (first, today),
        "last_month": ((first - timedelta(days=1)).replace(day=1), first - timedelta(days=1)),
        "maximum": (oldest(today), today),
    }
    if preset in LAST_DAYS:
        return today - timedelta(days=LAST_DAYS[preset]), yesterday
    if preset not in periods:
        raise bad_parameter(f"This sandbox does not know the date_preset {preset}.", "date_preset")
    return periods[preset]


def cut(period: Period, increment: str) -> list[Period]:
    since, until = period
    if increment == "all_days":
        return [period]
    if increment == "monthly":
        return _months(period)
    days = int(increment) if increment.isdigit() else 0
    if not 0 < days <= LONGEST_INCREMENT:
        raise bad_parameter("Param time_increment must be 1 to 90, monthly or all_days.", "time_increment")
    step = timedelta(days=days)
    count = ((until - since).days // days) + 1
    starts = [since + i * step for i in range(count)]
    return [(start, min(until, start + step - timedelta(days=1))) for start in starts]


def _months(period: Period) -> list[Period]:
    pieces, start = [], period[0]
    while start <= period[1]:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        pieces.append((start, min(period[1], following - timedelta(days=1))))
        start = following
    return pieces


def increment_of(wanted: dict[str, Any]) -> str:
    """The SDK sends a number or a word; JSON quoting is taken off."""
    text = str(wanted.get("time_increment", "all_days"))
    return str(json.loads(text)) if text.startswith('"') else text
