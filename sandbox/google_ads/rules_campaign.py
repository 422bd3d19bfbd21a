"""Campaigns: Search only, with one budget, one bidding scheme and a word on EU politics."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.google_ads import schedule
from sandbox.google_ads.errors import AdsError, not_modelled, required
from sandbox.google_ads.fields import BIDDING
from sandbox.google_ads.index import child_of
from sandbox.google_ads.kinds import BUDGET, CAMPAIGN, Pb, enum_name
from sandbox.google_ads.names import check_name, is_taken
from sandbox.google_ads.rules_budget import CATEGORY as BUDGET_ERROR
from sandbox.google_ads.rules_budget import below_minimum
from sandbox.google_ads.state import Customer, Resource

if TYPE_CHECKING:
    from sandbox.google_ads.mutate import Step

CATEGORY = "campaign_error"
TOTAL_BUDGET_DAYS = (3, 90)  # of Search, as Google announced it
DECLARED = ("CONTAINS_EU_POLITICAL_ADVERTISING", "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING")


def check(step: "Step", resource: Resource, before: Pb) -> Iterator[AdsError]:
    message, clock = resource.message, step.customer.clock
    if before is None and step.customer.hec_agreement_required:
        said = "The account must accept the terms on housing, employment and credit in the user interface."
        yield AdsError(CATEGORY, "HEC_AGREEMENT_REQUIRED", said)
    yield from check_name(message, CATEGORY, "INVALID_CAMPAIGN_NAME")
    if is_taken(resource, step.draft):
        said = "A campaign with this name already exists."
        yield AdsError(CATEGORY, "DUPLICATE_CAMPAIGN_NAME", said, ("name",), message.name)
    yield from _channel(message)
    if enum_name(message, "contains_eu_political_advertising") not in DECLARED:
        yield required("contains_eu_political_advertising")
    yield from _bidding(step.customer, message)
    yield from _networks(message)
    timing = list(schedule.check(message, before, clock.now, clock.zone))
    yield from timing
    yield from _budget(step, resource, before, timed=not timing)


def _channel(message: Pb) -> Iterator[AdsError]:
    channel = enum_name(message, "advertising_channel_type")
    if channel == "UNSPECIFIED":
        yield required("advertising_channel_type")
    elif channel != "SEARCH":
        yield not_modelled(f"The channel {channel}", "advertising_channel_type")


def _bidding(customer: Customer, message: Pb) -> Iterator[AdsError]:
    scheme = message.WhichOneof(BIDDING)
    if scheme is None:
        yield required(BIDDING)
    elif scheme == "manual_cpc" and message.manual_cpc.enhanced_cpc_enabled:
        said = "Enhanced CPC is no longer available."
        name = "CANNOT_CREATE_CAMPAIGN_WITH_BIDDING_STRATEGY"
        yield AdsError("bidding_error", name, said, ("manual_cpc", "enhanced_cpc_enabled"))
    elif scheme == "target_spend":
        ceiling = message.target_spend.cpc_bid_ceiling_micros
        yield from bid(customer, ceiling, "target_spend", "cpc_bid_ceiling_micros")
    elif scheme == "maximize_conversions":
        target = message.maximize_conversions.target_cpa_micros
        yield from bid(customer, target, "maximize_conversions", "target_cpa_micros")


def bid(customer: Customer, micros: int, *path: str) -> Iterator[AdsError]:
    if micros < 0:
        yield AdsError("bidding_error", "INVALID_BID", "The bid is negative.", path, micros)
    elif micros % customer.unit:
        said = f"The bid is no multiple of {customer.unit} micros."
        yield AdsError("bidding_error", "BID_TOO_MANY_FRACTIONAL_DIGITS", said, path, micros)


def _networks(message: Pb) -> Iterator[AdsError]:
    networks, place = message.network_settings, ("network_settings",)
    if networks.target_search_network and not networks.target_google_search:
        said = "Search partners need Google search."
        name = "CANNOT_TARGET_SEARCH_NETWORK_WITHOUT_GOOGLE_SEARCH"
        yield AdsError(CATEGORY, name, said, (*place, "target_search_network"))
    if networks.target_partner_search_network:
        said = "The partner search network is for selected accounts."
        yield AdsError(
            CATEGORY, "CANNOT_TARGET_PARTNER_SEARCH_NETWORK", said, (*place, "target_partner_search_network")
        )
    if not (
        networks.target_google_search or networks.target_search_network or networks.target_content_network
    ):
        said = "The campaign must target at least one network."
        yield AdsError(CATEGORY, "CAMPAIGN_MUST_TARGET_AT_LEAST_ONE_NETWORK", said, place)


def _budget(step: "Step", resource: Resource, before: Pb, *, timed: bool) -> Iterator[AdsError]:
    budget = step.draft.changing(resource.message.campaign_budget)
    if budget is None or budget.kind != BUDGET:
        return  # said already, where the reference was looked up
    place = ("campaign_budget",)
    on_it = step.draft.matching(child_of(CAMPAIGN, budget.name))
    others = [other for other in on_it if other.name != resource.name]
    if not budget.message.explicitly_shared:
        if others:
            said = "A budget that is not explicitly shared belongs to one campaign."
            name = "CANNOT_USE_IMPLICITLY_SHARED_CAMPAIGN_BUDGET_WITH_MULTIPLE_CAMPAIGNS"
            yield AdsError(BUDGET_ERROR, name, said, place, budget.name)
        else:
            budget.message.name = resource.message.name  # a budget of its own bears its campaign's name
    if before is not None and before.campaign_budget != budget.name:
        former = step.draft.find(before.campaign_budget)
        if former is not None and former.message.period != budget.message.period:
            said = "A campaign keeps to the period of its budget."
            yield AdsError(CATEGORY, "CANNOT_CHANGE_BUDGET_PERIOD", said, place)
    if enum_name(budget.message, "period") == "CUSTOM_PERIOD" and timed:
        start, end = schedule.times(resource.message, step.customer.clock.zone)
        yield from _total_budget(step.customer, budget.message, start, end)


def _total_budget(
    customer: Customer, budget: Pb, start: datetime, end: datetime | None
) -> Iterator[AdsError]:
    if end is None:
        said = "Campaigns with total budgets must have an end."
        yield AdsError(CATEGORY, "END_DATE_TIME_REQUIRED_FOR_TOTAL_BUDGET", said, ("end_date_time",))
        return
    days = (end.date() - start.date()).days + 1
    fewest, most = TOTAL_BUDGET_DAYS
    if days > most:
        said = f"A total budget lasts at most {most} days."
        yield AdsError(CATEGORY, "DURATION_TOO_LONG_FOR_TOTAL_BUDGET", said, ("end_date_time",))
    if days < fewest:  # chosen: the API has no name for it
        said = f"A total budget lasts at least {fewest} days."
        yield AdsError(CATEGORY, "NOT_COMPATIBLE_WITH_BUDGET_TYPE", said, ("end_date_time",))
    minimum = customer.minimum_per_day * days
    if budget.total_amount_micros < minimum:
        error = below_minimum(customer, "total_amount_micros", budget.total_amount_micros, minimum)
        yield AdsError(
            error.category, error.name, error.message, ("campaign_budget",), error.trigger, error.details
        )
