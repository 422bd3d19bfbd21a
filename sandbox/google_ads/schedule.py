"""When a campaign runs: texts without a zone, in the time of the account."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from sandbox.google_ads.errors import AdsError
from sandbox.google_ads.kinds import Pb

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

SPELLING = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
LAST_DAY = date(2037, 12, 30)


def moment(text: str, zone: "ZoneInfo") -> datetime | None:
    if not SPELLING.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        return None


def times(campaign: Pb, zone: "ZoneInfo") -> tuple[datetime, datetime | None]:
    """Of a campaign that has passed the rules."""
    start, end = moment(campaign.start_date_time, zone), moment(campaign.end_date_time, zone)
    assert start is not None
    return start, end


def check(campaign: Pb, before: Pb, now: datetime, zone: "ZoneInfo") -> Iterator[AdsError]:
    start, end = moment(campaign.start_date_time, zone), moment(campaign.end_date_time, zone)
    if start is None:
        yield _unreadable("start_date_time", campaign.start_date_time)
    if end is None and campaign.HasField("end_date_time"):
        yield _unreadable("end_date_time", campaign.end_date_time)
    yield from _whole_days(campaign, start, end)
    if start is not None and _changed(campaign, before, "start_date_time"):
        yield from _start(start, before, now, zone)
    if end is not None and _changed(campaign, before, "end_date_time"):
        if end.date() < now.date():
            yield _past("end_date_time")
        if end.date() > LAST_DAY:
            said = f"The last day possible is {LAST_DAY}."
            yield AdsError("date_range_error", "AFTER_MAXIMUM_ALLOWABLE_DATE", said, ("end_date_time",))
    if start is not None and end is not None and end <= start:
        said = "The start date is after the end date."
        yield AdsError("date_range_error", "START_DATE_AFTER_END_DATE", said, ("end_date_time",))


def _whole_days(campaign: Pb, start: datetime | None, end: datetime | None) -> Iterator[AdsError]:
    """Chosen: Search is one of the types that know only whole days."""
    if start is not None and not campaign.start_date_time.endswith(" 00:00:00"):
        said = "This campaign type starts at the start of a day."
        name = "DATE_RANGE_ERROR_START_TIME_MUST_BE_THE_START_OF_A_DAY"
        yield AdsError("date_error", name, said, ("start_date_time",), campaign.start_date_time)
    if end is not None and not campaign.end_date_time.endswith(" 23:59:59"):
        said = "This campaign type ends at the end of a day."
        name = "DATE_RANGE_ERROR_END_TIME_MUST_BE_THE_END_OF_A_DAY"
        yield AdsError("date_error", name, said, ("end_date_time",), campaign.end_date_time)


def _start(start: datetime, before: Pb, now: datetime, zone: "ZoneInfo") -> Iterator[AdsError]:
    started = None if before is None else moment(before.start_date_time, zone)
    if started is not None and started <= now:
        said = "The campaign has started: its start cannot be changed."
        yield AdsError(
            "campaign_error", "CANNOT_MODIFY_START_DATE_IF_ALREADY_STARTED", said, ("start_date_time",)
        )
    elif start.date() < now.date():
        yield _past("start_date_time")


def _changed(campaign: Pb, before: Pb, name: str) -> bool:
    return before is None or getattr(before, name) != getattr(campaign, name)


def _past(name: str) -> AdsError:
    return AdsError("date_range_error", "CANNOT_SET_DATE_TO_PAST", "The date lies in the past.", (name,))


def _unreadable(name: str, text: str) -> AdsError:
    said = "The date and time must be spelled yyyy-MM-dd HH:mm:ss."
    return AdsError("date_error", "INVALID_STRING_DATE_TIME_SECONDS", said, (name,), text)
