"""Campaign budgets: an average per day, or a total over a campaign's whole run."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from sandbox.google_ads.errors import DETAILS, AdsError, required
from sandbox.google_ads.kinds import Pb, enum_name
from sandbox.google_ads.names import check_name, is_taken
from sandbox.google_ads.state import Customer, Resource

if TYPE_CHECKING:
    from sandbox.google_ads.mutate import Step

CATEGORY = "campaign_budget_error"
LARGEST = 10**15  # chosen


def check(step: "Step", resource: Resource, before: Pb) -> Iterator[AdsError]:
    message = resource.message
    yield from _amounts(step.customer, message)
    yield from _sharing(resource.message, before)
    if before is not None and before.name != message.name:
        resource.given_name = message.name
    if before is not None and before.amount_micros != message.amount_micros:
        resource.month_limit = _limit_of_changed_month(step.customer, resource)
    if is_taken(resource, step.draft):
        said = "A campaign budget with this name already exists."
        yield AdsError(CATEGORY, "DUPLICATE_NAME", said, ("name",), message.name)
    if enum_name(message, "delivery_method") == "ACCELERATED":
        said = "Accelerated delivery is not available."
        yield AdsError(CATEGORY, "CANNOT_USE_ACCELERATED_DELIVERY_MODE", said, ("delivery_method",))


def _limit_of_changed_month(customer: Customer, budget: Resource) -> tuple[date, int]:
    """What was spent, and the new amount for each day that is left of the month."""
    today = customer.clock.today
    first = today.replace(day=1)
    left = monthrange(today.year, today.month)[1] - today.day + 1
    spent = customer.ledger.between(budget.name, first, today)
    return first, spent + left * int(budget.message.amount_micros // customer.unit)


def _amounts(customer: Customer, message: Pb) -> Iterator[AdsError]:
    period = enum_name(message, "period")
    if period == "DAILY":
        wanted, unwanted = "amount_micros", "total_amount_micros"
        error = "TOTAL_BUDGET_AMOUNT_MUST_BE_UNSET_FOR_BUDGET_PERIOD_DAILY"
    elif period == "CUSTOM_PERIOD":
        wanted, unwanted = "total_amount_micros", "amount_micros"
        error = "BUDGET_AMOUNT_MUST_BE_UNSET_FOR_CUSTOM_BUDGET_PERIOD"
    else:
        yield AdsError(CATEGORY, "INVALID_PERIOD", "The period of the budget is not allowed.", ("period",))
        return
    if message.HasField(unwanted):
        yield AdsError(CATEGORY, error, f"{unwanted} must not be set with {period}.", (unwanted,))
    if not message.HasField(wanted):
        yield required(wanted)
        return
    yield from _amount(customer, wanted, getattr(message, wanted))


def _amount(customer: Customer, name: str, amount: int) -> Iterator[AdsError]:
    if amount < 0:
        yield AdsError(CATEGORY, "NEGATIVE_MONEY_AMOUNT", "The amount is negative.", (name,), amount)
    elif amount > LARGEST:
        yield AdsError(CATEGORY, "MONEY_AMOUNT_TOO_LARGE", "The amount is too large.", (name,), amount)
    elif amount % customer.unit:
        said = (
            f"The amount is no multiple of the smallest unit of {customer.currency}, {customer.unit} micros."
        )
        yield AdsError(CATEGORY, "NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT", said, (name,), amount)
    elif amount < customer.minimum_per_day:
        yield below_minimum(customer, name, amount, customer.minimum_per_day)


def below_minimum(customer: Customer, name: str, amount: int, minimum: int) -> AdsError:
    details = DETAILS()
    told = details.budget_per_day_minimum_error_details
    told.currency_code = customer.currency
    told.budget_per_day_minimum_micros = customer.minimum_per_day
    setattr(told, f"minimum_budget_{name}", minimum)
    setattr(told, f"failed_budget_{name}", amount)
    said = "The budget is below the minimum per day; see the details."
    return AdsError(CATEGORY, "BUDGET_BELOW_PER_DAY_MINIMUM", said, (name,), amount, details)


def _sharing(message: Pb, before: Pb) -> Iterator[AdsError]:
    place = ("explicitly_shared",)
    if message.explicitly_shared or message.name:
        yield from check_name(message, "string_format_error", "ILLEGAL_CHARS")
    if message.explicitly_shared and enum_name(message, "period") == "CUSTOM_PERIOD":
        said = "A total budget belongs to one campaign and cannot be shared."
        yield AdsError(CATEGORY, "CAMPAIGN_BUDGET_CANNOT_BE_SHARED", said, place)
    if before is None or before.explicitly_shared == message.explicitly_shared:
        return
    name = "CANNOT_UPDATE_CAMPAIGN_BUDGET_TO_IMPLICITLY_SHARED"
    if message.explicitly_shared:
        name = "CANNOT_UPDATE_CAMPAIGN_BUDGET_TO_EXPLICITLY_SHARED"
    yield AdsError(CATEGORY, name, "Sharing cannot be changed.", place)
