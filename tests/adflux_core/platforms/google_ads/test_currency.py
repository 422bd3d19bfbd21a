"""Money on the wire is exact, and finer than Google bills is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adflux_core.errors import ValidationError
from adflux_core.money import DIGITS, LARGEST_MINOR, Money
from adflux_core.platforms.google_ads.currency import (
    SMALLEST_DAILY,
    billable_unit,
    from_micros,
    smallest_daily_budget,
    to_micros,
)

CURRENCIES = st.sampled_from(sorted({*SMALLEST_DAILY, *DIGITS, "XYZ"}))


@pytest.mark.parametrize(
    ("amount", "micros"),
    [
        ("COP 800000", 800_000_000_000),
        ("USD 12.34", 12_340_000),
        ("JPY 800", 800_000_000),
        ("KWD 1.25", 1_250_000),
    ],
)
def test_an_amount_is_a_million_times_its_units(amount: str, micros: int) -> None:
    assert to_micros(Money.parse(amount)) == micros


@pytest.mark.parametrize("amount", ["COP 800000.50", "HUF 1.5", "KWD 1.255"])
def test_finer_than_google_bills_is_refused(amount: str) -> None:
    with pytest.raises(ValidationError, match="round it"):
        to_micros(Money.parse(amount))


@given(CURRENCIES, st.integers(0, LARGEST_MINOR))
def test_what_is_sent_is_the_amount_and_a_multiple_of_the_unit_or_nothing_is_sent(
    currency: str, minor: int
) -> None:
    money = Money(currency=currency, minor=minor)
    try:
        micros = to_micros(money)
    except ValidationError:
        assert (money.amount * 1_000_000) % billable_unit(currency)
        return
    assert micros % billable_unit(currency) == 0
    assert from_micros(micros) == money.amount


@given(CURRENCIES)
def test_every_currency_has_a_smallest_day_that_can_be_sent(currency: str) -> None:
    smallest = smallest_daily_budget(currency)
    assert smallest.minor > 0
    assert to_micros(smallest) > 0
    assert Money.of(currency, Decimal(smallest.amount)) == smallest
