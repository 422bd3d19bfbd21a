"""Google's daily numbers: one row an ad and day, and the account's own total to check them by.

Days on which everything is zero are left out; removed ads are among the rows as long as nobody filters them.
Source: Google Ads API, Reporting: Zero Metrics; SearchStream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import chain, repeat
from math import isfinite
from typing import Any

from adflux_core.advertising import Account, AccountDay, AdMetrics, MetricsWindow
from adflux_core.errors import ValidationError
from adflux_core.platforms.google_ads import queries
from adflux_core.platforms.google_ads.client import BATCH
from adflux_core.platforms.google_ads.columns import Columns, Wonder
from adflux_core.platforms.google_ads.currency import MICRO, from_micros
from adflux_core.platforms.google_ads.reading import last
from adflux_core.witness import NOBODY, Kept, Witness

OF_ADS, OF_ACCOUNT = "ad", "account"
QUESTIONS = {OF_ADS: queries.AD_METRICS, OF_ACCOUNT: queries.ACCOUNT_METRICS}
_OF_AN_AD = Columns(
    BATCH,
    [
        *("segments.date", "campaign.id", "ad_group_ad.resource_name"),
        *("metrics.impressions", "metrics.clicks", "metrics.cost_micros", "metrics.conversions"),
    ],
)
_OF_THE_ACCOUNT = Columns(
    BATCH,
    [
        *("segments.date", "metrics.impressions", "metrics.clicks", "metrics.cost_micros"),
        "customer.resource_name",  # of what is asked for it comes unasked
    ],
)

_AS_METRICS = partial(tuple.__new__, AdMetrics)

Stream = Callable[[str], Iterator[bytes]]


def read_window(
    stream: Stream, account: Account, since: date, until: date, seen: Witness = NOBODY
) -> MetricsWindow:
    """All ad-days of [since, until], read while they are gone through.

    Raises ValidationError on a row that lies, and what the stream raises when it breaks off.
    """

    def asked(question: str) -> Iterator[bytes]:
        ask = {OF_ADS: queries.ordered_by_day, OF_ACCOUNT: queries.between}[question]
        for batch in stream(ask(QUESTIONS[question], since, until)):
            seen.keep(question, batch)
            yield batch

    return answered_window(asked, account, since, until, seen)


def answered_window(
    asked: Kept, account: Account, since: date, until: date, seen: Witness = NOBODY
) -> MetricsWindow:
    """What these answers come to, encoded batches, whether they were just given or kept."""
    totals: list[AccountDay] = []
    batches = 0
    for batch in asked(OF_ACCOUNT):
        columns = _OF_THE_ACCOUNT.read(batch, partial(seen.wonder, "row: account"))
        totals += map(_total, *columns[:4])
        batches += 1
    window = MetricsWindow(account=account, since=since, until=until, rows=(), totals=totals, pages=batches)
    window.rows = _Ads(asked, window, seen)
    return window


class _Ads:
    """The rows of a window, asked for anew each time."""

    def __init__(self, asked: Kept, window: MetricsWindow, seen: Witness) -> None:
        self._asked = asked
        self._window = window
        self._seen = seen
        self._before = window.pages, seen.pages

    def __iter__(self) -> Iterator[AdMetrics]:
        window, known = self._window, _Known(self._window)
        window.pages, kept_before = self._before
        self._seen.forget_from(kept_before)
        for batch in self._asked(OF_ADS):
            window.pages += 1
            yield from _rows(batch, known, partial(self._seen.wonder, "row: ad"))


class _Known:
    """What many rows have in common, worked out once."""

    def __init__(self, window: MetricsWindow) -> None:
        self.currency = window.account.currency  # an account has one, which was just read
        self.days = _Made(lambda written: _day(written, window))
        self.campaigns = _Made(str)
        self.groups = _Made(lambda ad: last(ad).partition("~")[0])  # 12~34 names an ad's group and the ad
        self.ads = _Made(last)
        self.applications = _Made(_applications)


class _Made(dict[Any, Any]):
    """To each value that Google wrote what is made of it, when it is first met."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make

    def __missing__(self, written: Any) -> Any:
        made = self[written] = self._make(written)
        return made

    def of(self, column: Iterable[Any]) -> Iterator[Any]:
        return map(self.__getitem__, column)


class _WrongError(Exception):
    """A value that cannot be, and why."""

    def __init__(self, value: Any, why: str) -> None:
        super().__init__(value, why)
        self.value = value
        self.why = why


def _rows(batch: bytes, known: _Known, wonder: Wonder) -> list[AdMetrics]:
    columns = _OF_AN_AD.read(batch, wonder)
    try:
        return _read(known, *columns)
    except _WrongError as wrong:
        # Only now is it worth knowing which row: the first that holds the value.
        day, _campaign, ad, *_ = next(row for row in zip(*columns, strict=True) if wrong.value in row)
        raise ValidationError(
            f"Google's row for ad {last(ad)} on {day or 'no day'} is not readable: {wrong.why}",
            platform="google_ads",
        ) from None


def _read(
    known: _Known,
    days: list[str],
    campaigns: list[int],
    ads: list[str],
    impressions: list[int],
    clicks: list[int],
    micros: list[int],
    conversions: list[float],
) -> list[AdMetrics]:
    # A million rows come this way, so each step goes through all rows of the batch at once.
    lowest = min(chain(impressions, clicks, micros), default=0)
    if lowest < 0:
        raise _WrongError(lowest, "impressions, clicks or spend are below zero")
    rows = zip(
        known.days.of(days),
        known.campaigns.of(campaigns),
        known.groups.of(ads),
        known.ads.of(ads),
        repeat(known.currency),
        impressions,
        clicks,
        clicks,  # a search ad has nothing else to click on
        map(MICRO.__mul__, micros),
        known.applications.of(conversions),
    )
    return list(map(_AS_METRICS, rows))


def _day(written: str, window: MetricsWindow) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise _WrongError(written, str(error)) from None
    if not window.since <= day <= window.until:
        raise _WrongError(written, f"it is outside {window.since} to {window.until}")
    return day


def _applications(conversions: float) -> Decimal:
    # Parts of one, when several ads share it: the shortest decimal that is this very number.
    if not (isfinite(conversions) and conversions >= 0):
        raise _WrongError(conversions, f"applications are {conversions}")
    return Decimal(str(conversions))


def _total(day: str, impressions: int, clicks: int, cost: int) -> AccountDay:
    try:
        return AccountDay(date.fromisoformat(day), impressions, clicks, from_micros(cost))
    except ValueError as error:
        raise ValidationError(
            f"Google's account total is not readable: {error}", platform="google_ads"
        ) from None
