"""Meta's daily numbers (insights): one row an ad and day, and the account's own total to check them by.

Everything arrives as text and absent means not measured, so numbers are read strictly: a value that is
not a number fails the window with the row named. Source: Meta, Insights API.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec import to_builtins

from adflux_core.advertising import Account, AccountDay, AdMetrics, MetricsWindow
from adflux_core.errors import ValidationError
from adflux_core.platforms.halving import read_in_halves
from adflux_core.platforms.meta.paging import Decode, decoded, wonder_at
from adflux_core.platforms.meta.reading import NOT_DELETED
from adflux_core.platforms.meta.whole_pages import AMOUNT, COUNT, AdDay, day_of, page_of_ad_days, read_whole
from adflux_core.witness import NOBODY, Kept, Witness

Page = Sequence[Any]  # of mappings as Meta sent them; of AdDay where the whole page is as documented
Pages = Callable[[tuple[str, ...], Mapping[str, Any]], Iterator[Page]]

OF_ADS, OF_ACCOUNT = "ad", "account"  # the levels that numbers are asked for
NUMBERS = "impressions,clicks,spend"
AD_FIELDS = f"campaign_id,adset_id,ad_id,account_currency,{NUMBERS},inline_link_clicks,actions"
DATES = {"date_start", "date_stop"}
IN_A_ROW = {OF_ADS: {*AD_FIELDS.split(","), *DATES}, OF_ACCOUNT: {*NUMBERS.split(","), *DATES}}
IN_AN_ACTION = {"action_type", "value"}
PAGE_SIZE = 500
NOTHING = Decimal(0)
# Unasked, Meta leaves out the rows of archived and deleted ads, which its account totals still count.
EVERY_AD = {
    "field": "ad.effective_status",
    "operator": "IN",
    "value": [*NOT_DELETED["ad"], "DELETED"],
}
_is_count, _is_amount = (re.compile(pattern, re.ASCII).fullmatch for pattern in (COUNT, AMOUNT))


class Reading(NamedTuple):
    """What is being read, by which of the action types an application is counted, and who looks on."""

    account: Account
    since: date
    until: date
    conversion_action: str
    seen: Witness = NOBODY


def read_window(pages: Pages, reading: Reading) -> MetricsWindow:
    """All ad-days of the reading; all-zero days are absent. A window that is too much is read in halves.

    Raises ValidationError on a row that lies, TooMuchDataError when one day is too much.
    """
    insights = (reading.account.external_id, "insights")

    def read(since: date, until: date) -> MetricsWindow:
        part = reading._replace(since=since, until=until)
        return _window(
            pages(insights, {**ad_days(since, until), "limit": PAGE_SIZE}), _totals(pages, part), part
        )

    return read_in_halves(read, reading.since, reading.until, reading.seen)


def read_report(pages: Pages, report_id: str, reading: Reading) -> MetricsWindow:
    """What a report that is ready says; the account's own totals are asked for at once."""
    return _window(pages((report_id, "insights"), {"limit": PAGE_SIZE}), _totals(pages, reading), reading)


def kept_window(kept: Kept, reading: Reading) -> MetricsWindow:
    """What was read once, from the replies that were kept of it."""

    def pages(question: str) -> Iterator[Page]:
        for body in kept(question):
            yield decoder_of(question)(body).get("data") or []

    return _window(pages(OF_ADS), pages(OF_ACCOUNT), reading)


def decoder_of(question: str) -> Decode:
    """How the pages that answer it are decoded: ads' days come by the million."""
    return page_of_ad_days if question == OF_ADS else decoded


def ad_days(since: date, until: date) -> dict[str, Any]:
    """The question for every ad's every day, at once or as a report."""
    return {**_days(since, until), "level": OF_ADS, "fields": AD_FIELDS, "filtering": [EVERY_AD]}


def _totals(pages: Pages, reading: Reading) -> Iterator[Page]:
    asked = {
        **_days(reading.since, reading.until),
        "level": OF_ACCOUNT,
        "fields": NUMBERS,
        "limit": PAGE_SIZE,
    }
    return pages((reading.account.external_id, "insights"), asked)


def _window(ad_pages: Iterable[Page], total_pages: Iterable[Page], reading: Reading) -> MetricsWindow:
    rows: list[AdMetrics] = []
    read = 0
    with _uncollected():
        for page in ad_pages:  # one at a time: raw, they are many times as large
            rows += _rows(page, reading)
            read += 1
    totals = list(total_pages)
    return MetricsWindow(
        account=reading.account,
        since=reading.since,
        until=reading.until,
        rows=rows,
        totals=[_total(raw, reading.seen) for page in totals for raw in page],
        pages=read + len(totals),
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """All rows stay, and the collector would walk through them again and again: an eighth of the time.

    Of two threads in here, the one that came first switches it on again for both.
    """
    switched_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if switched_on:
            gc.enable()


def _days(since: date, until: date) -> dict[str, Any]:
    return {
        "time_range": {"since": since.isoformat(), "until": until.isoformat()},
        "time_increment": 1,
    }


def _rows(page: Page, reading: Reading) -> list[AdMetrics]:
    account, since, until, conversion_action, _ = reading
    if page and isinstance(page[0], AdDay):
        found = read_whole(page, account.currency, since, until, conversion_action)
        if found is not None:
            return found
        page = to_builtins(page)
    return [_row(raw, reading) for raw in page]


def _row(raw: Mapping[str, Any], reading: Reading) -> AdMetrics:
    account, since, until, conversion_action, seen = reading
    if not isinstance(raw, dict):
        raise ValidationError("Meta answered with a row that has no fields", platform="meta")
    if not IN_A_ROW[OF_ADS].issuperset(raw):
        wonder_at(seen, "row: ad", raw, IN_A_ROW[OF_ADS])
    if raw.get("account_currency") != account.currency:
        raise ValidationError(
            f"Meta counts {_where(raw)} in {raw.get('account_currency')}, not {account.currency}",
            platform="meta",
        )
    try:
        row = AdMetrics(  # by place: there are millions of them
            day_of(raw["date_start"]),
            _id(raw, "campaign_id"),
            _id(raw, "adset_id"),
            _id(raw, "ad_id"),
            account.currency,
            count_of(raw, "impressions"),
            count_of(raw, "clicks"),
            count_of(raw, "inline_link_clicks"),
            number_of(raw.get("spend", "0")),
            _applications(raw.get("actions") or (), conversion_action, seen),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
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


def _applications(actions: Sequence[Mapping[str, Any]], conversion_action: str, seen: Witness) -> Decimal:
    # One application may stand under several action types; only the configured one is counted.
    counted = NOTHING
    for action in actions:
        if len(action) != len(IN_AN_ACTION) or "value" not in action:
            for name in action.keys() ^ IN_AN_ACTION:
                seen.wonder("row: ad, actions", name, dict(action))
        if action["action_type"] == conversion_action:
            counted += number_of(action["value"])
    return counted


def _id(raw: Mapping[str, Any], field: str) -> str:
    found = raw[field]
    if not isinstance(found, str) or not found:
        raise ValueError(f"{field} is {found!r}")
    return found


def count_of(raw: Mapping[str, Any], field: str) -> int:
    text = raw.get(field, "0")
    if not isinstance(text, str) or not _is_count(text):
        raise ValueError(f"{text!r} is not a number")
    return int(text)


def number_of(text: object) -> Decimal:
    # Decimal() also takes "1_0", "٣" and "NaN": words that are not how Meta writes a number.
    if not isinstance(text, str) or not _is_amount(text):
        raise ValueError(f"{text!r} is not a number")
    return Decimal(text)


def _total(raw: Mapping[str, Any], seen: Witness) -> AccountDay:
    wonder_at(seen, "row: account", raw, IN_A_ROW[OF_ACCOUNT])
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
