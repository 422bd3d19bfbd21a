"""Google's daily numbers: one row an ad and day, and the account's own total to check them by.

Days on which everything is zero are left out; removed ads are among the rows as long as nobody filters them.
Source: Google Ads API, Reporting: Zero Metrics; SearchStream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from math import isfinite
from operator import attrgetter
from typing import Any

from adflux_core.advertising import Account, AccountDay, AdMetrics, MetricsWindow
from adflux_core.errors import ValidationError
from adflux_core.platforms.google_ads import queries
from adflux_core.platforms.google_ads.client import Rows
from adflux_core.platforms.google_ads.currency import from_micros
from adflux_core.platforms.google_ads.reading import last

# Each step of a path makes an object, so a message that is needed four times is fetched once.
_OF_AN_AD = attrgetter("metrics", "segments.date", "campaign.id", "ad_group_ad.resource_name")
_NUMBERS = attrgetter("impressions", "clicks", "cost_micros", "conversions")
_OF_THE_ACCOUNT = attrgetter("segments.date", "metrics.impressions", "metrics.clicks", "metrics.cost_micros")

Query = Callable[[str], Rows]
Stream = Callable[[str], Iterator[Any]]


def read_window(query: Query, stream: Stream, account: Account, since: date, until: date) -> MetricsWindow:
    """All ad-days of [since, until], read while they are gone through.

    Raises ValidationError on a row that lies, and what the stream raises when it breaks off.
    """
    totals = query(queries.between(queries.ACCOUNT_METRICS, since, until))
    window = MetricsWindow(
        account=account,
        since=since,
        until=until,
        rows=(),
        totals=[_total(raw) for raw in totals.rows],
        pages=totals.batches,
    )
    window.rows = _Ads(stream, window)
    return window


class _Ads:
    """The rows of a window, asked for anew each time."""

    def __init__(self, stream: Stream, window: MetricsWindow) -> None:
        self._stream = stream
        self._window = window

    def __iter__(self) -> Iterator[AdMetrics]:
        window, names = self._window, _Names(self._window)
        for batch in self._stream(queries.ordered_by_day(queries.AD_METRICS, window.since, window.until)):
            window.pages += 1
            yield from _rows(batch, names)


class _Names:
    """What many rows have in common, worked out once."""

    def __init__(self, window: MetricsWindow) -> None:
        self.currency = window.account.currency
        self.since, self.until = window.since, window.until
        self.days: dict[str, date] = {}
        self.campaigns: dict[int, str] = {}
        self.ads: dict[str, tuple[str, str]] = {}
        self.conversions: dict[float, Decimal] = {}

    def day(self, written: str, ad: str) -> date:
        where = f"ad {last(ad)} on {written or 'no day'}"
        try:
            day = date.fromisoformat(written)
        except ValueError as error:
            raise _unreadable(where, str(error)) from None
        if not self.since <= day <= self.until:
            raise ValidationError(
                f"Google answered with {where}, outside {self.since} to {self.until}", platform="google_ads"
            )
        return self.days.setdefault(written, day)

    def ad(self, name: str) -> tuple[str, str]:
        """The ids of an ad's group and of the ad, as `12~34` names both."""
        ids = last(name)
        return self.ads.setdefault(name, (ids.partition("~")[0], ids))

    def campaign(self, number: int) -> str:
        return self.campaigns.setdefault(number, str(number))

    def applications(self, conversions: float, where: str) -> Decimal:
        # Parts of one, when several ads share it: the shortest decimal that is this very number.
        if not (isfinite(conversions) and conversions >= 0):
            raise _unreadable(where, f"applications are {conversions}")
        return self.conversions.setdefault(conversions, Decimal(str(conversions)))


def _rows(batch: Any, names: _Names) -> Iterator[AdMetrics]:
    # A million rows come this way, so what repeats is looked up in place and the row is made as a tuple.
    make, currency = tuple.__new__, names.currency
    days, ads, campaigns, shares = names.days.get, names.ads.get, names.campaigns.get, names.conversions.get
    for raw in batch.results:
        numbers, written, campaign, ad = _OF_AN_AD(raw)
        impressions, clicks, cost, conversions = _NUMBERS(numbers)
        if impressions < 0 or clicks < 0 or cost < 0:
            raise _unreadable(f"ad {last(ad)} on {written}", "impressions, clicks or spend are below zero")
        ad_group_id, ad_id = ads(ad) or names.ad(ad)
        yield make(
            AdMetrics,
            (
                days(written) or names.day(written, ad),
                campaigns(campaign) or names.campaign(campaign),
                ad_group_id,
                ad_id,
                currency,  # an account has one, which was just read
                impressions,
                clicks,
                clicks,  # a search ad has nothing else to click on
                Decimal(cost).scaleb(-6),
                shares(conversions) or names.applications(conversions, f"ad {ad_id} on {written}"),
            ),
        )


def _unreadable(where: str, why: str) -> ValidationError:
    return ValidationError(f"Google's row for {where} is not readable: {why}", platform="google_ads")


def _total(raw: Any) -> AccountDay:
    day, impressions, clicks, cost = _OF_THE_ACCOUNT(raw)
    try:
        return AccountDay(date.fromisoformat(day), impressions, clicks, from_micros(cost))
    except ValueError as error:
        raise ValidationError(
            f"Google's account total is not readable: {error}", platform="google_ads"
        ) from None
