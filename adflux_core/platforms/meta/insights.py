"""Meta's daily numbers (insights): one row an ad and day, and the account's own total to check them by.

Everything arrives as text and absent means not measured, so numbers are read strictly: a value that is
not a number fails the window with the row named. Source: Meta, Insights API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from adflux_core.advertising import Account, AccountDay, AdMetrics, MetricsWindow
from adflux_core.errors import ValidationError
from adflux_core.platforms.halving import read_in_halves
from adflux_core.platforms.meta.reading import NOT_DELETED

Pages = Callable[[tuple[str, ...], Mapping[str, Any]], Iterator[list[dict[str, Any]]]]

NUMBERS = "impressions,clicks,spend"
AD_FIELDS = f"campaign_id,adset_id,ad_id,account_currency,{NUMBERS},inline_link_clicks,actions"
PAGE_SIZE = 500
LONGEST_COUNT = 18  # digits
NOTHING = Decimal(0)
# Unasked, Meta leaves out the rows of archived and deleted ads, which its account totals still count.
EVERY_AD = {
    "field": "ad.effective_status",
    "operator": "IN",
    "value": [*NOT_DELETED["ad"], "DELETED"],
}
_day = lru_cache(maxsize=2_000)(date.fromisoformat)  # a window has a thousand times as many rows as days
_is_decimal = re.compile(r"\d{1,15}(?:\.\d{1,6})?", re.ASCII).fullmatch


def read_window(
    pages: Pages, account: Account, since: date, until: date, conversion_action: str
) -> MetricsWindow:
    """All ad-days of [since, until]; all-zero days are absent. A window that is too much is read in halves.

    Raises ValidationError on a row that lies, TooMuchDataError when one day is too much.
    """

    def read(since: date, until: date) -> MetricsWindow:
        asked = pages((account.external_id, "insights"), {**ad_days(since, until), "limit": PAGE_SIZE})
        return checked_window(pages, asked, account, since, until, conversion_action)

    return read_in_halves(read, since, until)


def ad_days(since: date, until: date) -> dict[str, Any]:
    """The question for every ad's every day, at once or as a report."""
    return {**_days(since, until), "level": "ad", "fields": AD_FIELDS, "filtering": [EVERY_AD]}


def checked_window(
    pages: Pages,
    ad_pages: Iterable[list[dict[str, Any]]],
    account: Account,
    since: date,
    until: date,
    conversion_action: str,
) -> MetricsWindow:
    """These pages as a window, with the account's own totals, which are always asked for at once."""
    rows: list[AdMetrics] = []
    read = 0
    for page in ad_pages:  # one at a time: raw, they are many times as large
        rows += [_row(raw, account, since, until, conversion_action) for raw in page]
        read += 1
    totals = {**_days(since, until), "level": "account", "fields": NUMBERS, "limit": PAGE_SIZE}
    total_pages = list(pages((account.external_id, "insights"), totals))
    return MetricsWindow(
        account=account,
        since=since,
        until=until,
        rows=rows,
        totals=[_total(raw) for page in total_pages for raw in page],
        pages=read + len(total_pages),
    )


def _days(since: date, until: date) -> dict[str, Any]:
    return {
        "time_range": {"since": since.isoformat(), "until": until.isoformat()},
        "time_increment": 1,
    }


def _row(
    raw: Mapping[str, Any], account: Account, since: date, until: date, conversion_action: str
) -> AdMetrics:
    if raw.get("account_currency") != account.currency:
        raise ValidationError(
            f"Meta counts {_where(raw)} in {raw.get('account_currency')}, not {account.currency}",
            platform="meta",
        )
    try:
        row = AdMetrics(  # by place: there are millions of them
            _day(raw["date_start"]),
            _id(raw, "campaign_id"),
            _id(raw, "adset_id"),
            _id(raw, "ad_id"),
            account.currency,
            count_of(raw, "impressions"),
            count_of(raw, "clicks"),
            count_of(raw, "inline_link_clicks"),
            number_of(raw.get("spend", "0")),
            _applications(raw.get("actions") or (), conversion_action),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ValidationError(
            f"Meta's row for {_where(raw)} is not readable: {_why(error)}", platform="meta"
        ) from None
    if not since <= row.date_day <= until:
        raise ValidationError(
            f"Meta answered with {_where(raw)}, outside {since} to {until}", platform="meta"
        )
    return row


def _where(raw: Mapping[str, Any]) -> str:
    return f"ad {raw.get('ad_id')} on {raw.get('date_start')}"


def _applications(actions: Sequence[Mapping[str, Any]], conversion_action: str) -> Decimal:
    # One application may stand under several action types; only the configured one is counted.
    named = [action["value"] for action in actions if action["action_type"] == conversion_action]
    return sum(map(number_of, named), NOTHING)


def _id(raw: Mapping[str, Any], field: str) -> str:
    found = raw[field]
    if not isinstance(found, str) or not found:
        raise ValueError(f"{field} is {found!r}")
    return found


def count_of(raw: Mapping[str, Any], field: str) -> int:
    text = raw.get(field, "0")
    if not (isinstance(text, str) and text.isdigit() and text.isascii() and len(text) <= LONGEST_COUNT):
        raise ValueError(f"{text!r} is not a number")
    return int(text)


def number_of(text: object) -> Decimal:
    # Decimal() also takes "1_0", "٣" and "NaN": words that are not how Meta writes a number.
    if not isinstance(text, str) or not _is_decimal(text):
        raise ValueError(f"{text!r} is not a number")
    return Decimal(text)


def _total(raw: Mapping[str, Any]) -> AccountDay:
    try:
        return AccountDay(
            date_day=date.fromisoformat(raw["date_start"]),
            impressions=count_of(raw, "impressions"),
            clicks=count_of(raw, "clicks"),
            spend=number_of(raw.get("spend", "0")),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ValidationError(
            f"Meta's account total is not readable: {_why(error)}", platform="meta"
        ) from None


def _why(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()
