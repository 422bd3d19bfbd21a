"""Campaign budgets: what is refused, and that each refusal has its own name."""

from datetime import date
from typing import Any

import pytest
from google.ads.googleads.errors import GoogleAdsException

from sandbox.server import Sandbox

UNIT = 1_000_000


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"amount_micros": None}, "REQUIRED", "amount_micros"),
        ({"amount_micros": 50_000_500_000}, "NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT", "amount_micros"),
        ({"amount_micros": -UNIT}, "NEGATIVE_MONEY_AMOUNT", "amount_micros"),
        ({"amount_micros": 3_999 * UNIT}, "BUDGET_BELOW_PER_DAY_MINIMUM", "amount_micros"),
        ({"amount_micros": 2 * 10**15}, "MONEY_AMOUNT_TOO_LARGE", "amount_micros"),
        (
            {"total_amount_micros": UNIT},
            "TOTAL_BUDGET_AMOUNT_MUST_BE_UNSET_FOR_BUDGET_PERIOD_DAILY",
            "total_amount_micros",
        ),
        (
            {"period": "CUSTOM_PERIOD", "total_amount_micros": 500_000 * UNIT},
            "BUDGET_AMOUNT_MUST_BE_UNSET_FOR_CUSTOM_BUDGET_PERIOD",
            "amount_micros",
        ),
        ({"period": "CUSTOM_PERIOD", "amount_micros": None}, "REQUIRED", "total_amount_micros"),
        (
            {
                "period": "CUSTOM_PERIOD",
                "amount_micros": None,
                "total_amount_micros": 500_000 * UNIT,
                "explicitly_shared": True,
            },
            "CAMPAIGN_BUDGET_CANNOT_BE_SHARED",
            "explicitly_shared",
        ),
        ({"name": None, "explicitly_shared": None}, "REQUIRED", "name"),
        ({"name": "a\0b"}, "ILLEGAL_CHARS", "name"),
        ({"name": "ñ" * 128}, "TOO_LONG", "name"),
        ({"delivery_method": "ACCELERATED"}, "CANNOT_USE_ACCELERATED_DELIVERY_MODE", "delivery_method"),
        ({"aligned_bidding_strategy_id": 7}, "INVALID_VALUE", "aligned_bidding_strategy_id"),
    ],
    ids=str,
)
def test_a_budget_is_refused(shared: Any, changes: dict[str, Any], error: str, field: str) -> None:
    ((_, name, place),) = shared.refused(shared.budget(**changes))
    assert (name, place) == (error, f"mutate_operations[0].campaign_budget_operation.create.{field}")


def test_a_low_budget_is_told_its_minimum(shared: Any) -> None:
    with pytest.raises(GoogleAdsException) as caught:
        shared.mutate(shared.budget(amount_micros=UNIT))
    told = caught.value.failure.errors[0].details.budget_per_day_minimum_error_details
    assert (told.currency_code, told.budget_per_day_minimum_micros) == ("COP", 4_000 * UNIT)
    assert (told.minimum_budget_amount_micros, told.failed_budget_amount_micros) == (4_000 * UNIT, UNIT)


def test_the_unit_is_that_of_the_currency(make_google: Any) -> None:
    with Sandbox(today=date(2026, 10, 1), currency="EUR", google_ads=True) as world:
        google = make_google(world)
        assert google.make(google.budget(amount_micros=5_010_000))
        ((_, name, _),) = google.refused(google.budget(name="other", amount_micros=5_015_000))
        assert name == "NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT"


def test_what_a_budget_gets_when_nothing_is_said(google: Any) -> None:
    google.make(google.budget(explicitly_shared=None))
    (row,) = google.search(
        "SELECT campaign_budget.explicitly_shared, campaign_budget.period, campaign_budget.status, "
        "campaign_budget.delivery_method, campaign_budget.type FROM campaign_budget"
    )
    budget = row.campaign_budget
    assert budget.explicitly_shared
    said = [budget.period.name, budget.status.name, budget.delivery_method.name, budget.type_.name]
    assert said == ["DAILY", "ENABLED", "STANDARD", "STANDARD"]


def test_names_of_budgets_are_their_own(google: Any) -> None:
    google.make(google.budget(explicitly_shared=True))
    ((category, name, _),) = google.refused(google.budget())
    assert (category, name) == ("campaign_budget_error", "DUPLICATE_NAME")


def test_a_budget_of_one_campaign_bears_its_name_and_goes_with_it(google: Any) -> None:
    made = google.make(google.budget(name="given"), google.campaign(name="mine"))
    assert google.value("SELECT campaign_budget.name FROM campaign_budget") == "mine"
    assert google.value("SELECT campaign_budget.reference_count FROM campaign_budget") == 1
    found = google.refused(google.budget(name="given"))
    assert found[0][1] == "DUPLICATE_NAME"
    other = google.campaign(name="other", campaign_budget=made[0])
    assert [one[1] for one in google.refused(other)] == [
        "CANNOT_USE_IMPLICITLY_SHARED_CAMPAIGN_BUDGET_WITH_MULTIPLE_CAMPAIGNS"
    ]
    assert google.refused(google.remove("campaign_budget", made[0]))[0][1] == "CAMPAIGN_BUDGET_IN_USE"
    google.make(google.remove("campaign", made[1]))
    assert google.value("SELECT campaign_budget.status FROM campaign_budget") == "REMOVED"
    assert [one[1] for one in google.refused(other)] == ["CAMPAIGN_BUDGET_REMOVED"]
    assert google.make(google.budget(name="given"), google.campaign(name="mine"))


def total(google: Any, amount: int = 500_000 * UNIT, **campaign: Any) -> list[Any]:
    budget = google.budget(amount_micros=None, period="CUSTOM_PERIOD", total_amount_micros=amount)
    return [budget, google.campaign(**campaign)]


@pytest.mark.parametrize(
    ("amount", "end", "error"),
    [
        (500_000 * UNIT, None, "END_DATE_TIME_REQUIRED_FOR_TOTAL_BUDGET"),
        (500_000 * UNIT, "2026-12-30 23:59:59", "DURATION_TOO_LONG_FOR_TOTAL_BUDGET"),
        (500_000 * UNIT, "2026-10-02 23:59:59", "NOT_COMPATIBLE_WITH_BUDGET_TYPE"),
        (39_000 * UNIT, "2026-10-10 23:59:59", "BUDGET_BELOW_PER_DAY_MINIMUM"),
    ],
)
def test_a_total_budget_is_refused(shared: Any, amount: int, end: str | None, error: str) -> None:
    assert [one[1] for one in shared.refused(*total(shared, amount, end_date_time=end))] == [error]


def test_a_total_budget_keeps_its_period(google: Any) -> None:
    made = google.make(*total(google, end_date_time="2026-12-29 23:59:59"))
    (daily,) = google.make(google.budget(name="daily"))
    change = google.update("campaign", made[1], "campaign_budget", campaign_budget=daily)
    assert [one[1] for one in google.refused(change)] == ["CANNOT_CHANGE_BUDGET_PERIOD"]
    change = google.update("campaign_budget", made[0], "period", period="DAILY")
    assert [one[1] for one in google.refused(change)] == ["IMMUTABLE_FIELD"]
    google.make(
        google.update("campaign_budget", made[0], "total_amount_micros", total_amount_micros=600_000 * UNIT)
    )
    amounts = google.search(
        "SELECT campaign_budget.total_amount_micros FROM campaign_budget WHERE campaign_budget.period = "
        "CUSTOM_PERIOD"
    )
    assert [row.campaign_budget.total_amount_micros for row in amounts] == [600_000 * UNIT]
