"""What really is, for the referee: every resource with its state, and the numbers behind the reports."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from google.protobuf.json_format import MessageToDict

from sandbox.applicants import AdDay, filled_in
from sandbox.google_ads.counts import Numbers
from sandbox.google_ads.delivery import Standing
from sandbox.google_ads.kinds import AD_GROUP, AD_GROUP_AD, BUDGET, CAMPAIGN, MUTABLE
from sandbox.google_ads.metrics import RESTATED_FOR_DAYS, numbers_at, numbers_of
from sandbox.google_ads.shown import shown
from sandbox.google_ads.state import MICROS, Customer, Resource
from sandbox.traffic import delivered

PLATFORM = "google_ads"
SPENDING = (BUDGET, CAMPAIGN, AD_GROUP, AD_GROUP_AD)
Rows = list[dict[str, Any]]


def objects(customer: Customer) -> Rows:
    standing = Standing(customer)
    return [
        _object(customer, standing, resource)
        for resource in customer.resources.values()
        if resource.kind in MUTABLE
    ]


def _object(customer: Customer, standing: Standing, resource: Resource) -> dict[str, Any]:
    values = MessageToDict(shown(customer, resource), preserving_proto_field_name=True)
    seen = {
        "platform": PLATFORM,
        "id": resource.name.rpartition("/")[2],
        "resource_name": resource.name,
        "kind": resource.kind.name,
        "name": values.get("name"),
        "status": resource.status,
        "effective_status": values.get("primary_status", resource.status),
        "created_time": resource.created.isoformat(),
        "listed_from": resource.listed_from.isoformat(),
        "values": values,
    }
    if resource.kind in SPENDING:
        seen["delivers"] = standing.delivers(resource)
        seen["spent"] = customer.ledger.total[resource.name]
    return seen


def truth(customer: Customer, since: date, until: date) -> tuple[Rows, Rows]:
    """Per ad and day: as reported now (what a perfect reader holds) and as it will settle."""
    reported: Rows = []
    settled: Rows = []
    for ad in customer.of_kind(AD_GROUP_AD):
        for day in sorted(customer.ledger.by_day[ad.name]):
            if since <= day <= until:
                reported += _row(customer, ad, day, numbers_of(customer, ad, day))
                settled += _row(customer, ad, day, numbers_at(customer, ad, day, RESTATED_FOR_DAYS))
    return reported, settled


def _row(customer: Customer, ad: Resource, day: date, numbers: Numbers) -> Rows:
    if numbers.is_nothing:
        return []
    row = {
        "platform": PLATFORM,
        "account_id": customer.id,
        "date_day": day.isoformat(),
        "campaign_id": str(customer.above(ad, CAMPAIGN).message.id),
        "ad_group_id": str(customer.above(ad, AD_GROUP).message.id),
        "ad_id": str(ad.message.ad.id),
        "impressions": numbers.impressions,
        "clicks": numbers.clicks,
        "cost_micros": numbers.cost_micros,
        "conversions": numbers.conversions,
        "all_conversions": numbers.all_conversions,
        "apply_clicks": numbers.apply_clicks,
        "applications": numbers.applications,
        "spend": _spelled(customer, numbers.cost_micros),
    }
    return [row]


def _spelled(customer: Customer, micros: int) -> str:
    """Major units, as the currency writes them: "12.30", or "12300" where there is no subunit."""
    return str(micros // MICROS) if customer.unit == MICROS else f"{Decimal(micros) / MICROS:.2f}"


def ad_days(customer: Customer) -> Iterator[AdDay]:
    """Every day that any ad was shown, with what it truly brought and where its link led."""
    for ad in customer.of_kind(AD_GROUP_AD):
        ad_id, campaign_id = str(ad.message.ad.id), str(customer.above(ad, CAMPAIGN).message.id)
        page = filled_in(ad.message.ad.final_urls[0], {"{campaignid}": campaign_id, "{creative}": ad_id})
        for day in sorted(customer.ledger.by_day[ad.name]):
            dice = customer.dice(ad, day)
            brought = delivered(dice, customer.ledger.on(ad.name, day), customer.cost_per_thousand)
            yield AdDay(PLATFORM, ad_id, page, day, dice, brought)
