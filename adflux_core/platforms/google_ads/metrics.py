"""Google's daily numbers: one row an ad and day, and the account's own total to check them by.

Days on which everything is zero are left out; removed ads are among the rows as long as nobody filters them.
Source: Google Ads API, Reporting: Zero Metrics; SearchStream.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from pydantic import ValidationError as InvalidRow

from adflux_core.advertising import Account, AccountDay, AdMetrics, MetricsWindow
from adflux_core.errors import ValidationError
from adflux_core.platforms.google_ads import queries
from adflux_core.platforms.google_ads.client import Rows
from adflux_core.platforms.google_ads.currency import from_micros

_OF_AN_AD = attrgetter(
    *("segments.date", "customer.currency_code", "campaign.id", "ad_group.id", "ad_group_ad.ad.id"),
    *("metrics.impressions", "metrics.clicks", "metrics.cost_micros", "metrics.conversions"),
)
_OF_THE_ACCOUNT = attrgetter("segments.date", "metrics.impressions", "metrics.clicks", "metrics.cost_micros")


def read_window(query: Callable[[str], Rows], account: Account, since: date, until: date) -> MetricsWindow:
    """All ad-days of [since, until]. Raises ValidationError on a row that lies."""
    ads = query(queries.between(queries.AD_METRICS, since, until))
    totals = query(queries.between(queries.ACCOUNT_METRICS, since, until))
    return MetricsWindow(
        account=account,
        since=since,
        until=until,
        rows=_once([_row(raw, account, since, until) for raw in ads.rows]),
        totals=[_total(raw) for raw in totals.rows],
        pages=ads.batches + totals.batches,
    )


def _once(rows: Sequence[AdMetrics]) -> list[AdMetrics]:
    by_key: dict[tuple[str, date], AdMetrics] = {}
    for row in rows:
        if by_key.setdefault((row.ad_id, row.date_day), row) != row:
            raise ValidationError(
                f"Google gave ad {row.ad_id} two different rows for {row.date_day}", platform="google_ads"
            )
    return list(by_key.values())


def _row(raw: Any, account: Account, since: date, until: date) -> AdMetrics:
    day, currency, campaign, ad_group, ad, impressions, clicks, cost, conversions = _OF_AN_AD(raw)
    where = f"ad {ad_group}~{ad} on {day or 'no day'}"
    if currency != account.currency:
        raise ValidationError(
            f"Google counts {where} in {currency or 'no currency'}, not {account.currency}",
            platform="google_ads",
        )
    try:
        row = AdMetrics(
            date_day=date.fromisoformat(day),
            campaign_id=str(campaign),
            ad_group_id=str(ad_group),
            ad_id=f"{ad_group}~{ad}",
            currency=currency,
            impressions=impressions,
            clicks=clicks,
            link_clicks=clicks,  # a search ad has nothing else to click on
            spend=from_micros(cost),
            applications=Decimal(str(conversions)),  # parts of one, when several ads share it
        )
    except (ValueError, InvalidRow) as error:
        raise ValidationError(
            f"Google's row for {where} is not readable: {_why(error)}", platform="google_ads"
        ) from None
    if not since <= row.date_day <= until:
        raise ValidationError(
            f"Google answered with {where}, outside {since} to {until}", platform="google_ads"
        )
    return row


def _total(raw: Any) -> AccountDay:
    day, impressions, clicks, cost = _OF_THE_ACCOUNT(raw)
    try:
        return AccountDay(date.fromisoformat(day), impressions, clicks, from_micros(cost))
    except ValueError as error:
        raise ValidationError(
            f"Google's account total is not readable: {_why(error)}", platform="google_ads"
        ) from None


def _why(error: Exception) -> str:
    if isinstance(error, InvalidRow):
        first = error.errors(include_url=False, include_context=False)[0]
        return f"{first['loc'][0]}: {first['msg']}"
    return f"{type(error).__name__} {error}".strip()
