"""Money is exact in every currency, and hostile amounts never become money."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from adflux_core.errors import InputError
from adflux_core.money import DIGITS, LARGEST_MINOR, Money

CURRENCIES = [*DIGITS, "COP", "USD", "EUR", "MXN", "GBP"]


@given(st.sampled_from(CURRENCIES), st.integers(0, LARGEST_MINOR))
def test_what_is_written_reads_back_the_same(currency: str, minor: int) -> None:
    money = Money(currency=currency, minor=minor)
    assert Money.of(currency, money.amount) == money
    assert Money.parse(f"{currency} {money.amount:f}") == money


def test_a_peso_budget_is_what_it_says() -> None:
    assert Money.parse("COP 800000").minor == 80_000_000
    assert Money.parse("JPY 800000").minor == 800_000
    assert Money.parse("KWD 1.250").minor == 1_250


@pytest.mark.parametrize(
    "text",
    [
        *("", "COP", "800000", "COP -1", "COP +1", "COP 1e5", "COP NaN", "COP Infinity", "COP 0x10", "cop 1"),
        *(
            "COP 800.000",
            "COP 1.400.000",
            "COP 1,400",
            "COP 12,50",
            "COP 1 000",
            "COP ٨٠٠",
            "COP １２",
            "$ 5",
        ),
        *("COP 1.005", "JPY 1.5", "COP 99999999999999999", "COP 1;DROP", "COPP 1", "C0P 1", "COP true"),
    ],
)
def test_a_hostile_amount_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError) as refusal:
        Money.parse(text)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "amount", [True, 1.5, "1", None, Decimal("NaN"), Decimal("-0.01"), Decimal("Infinity"), Decimal("1e20")]
)
def test_only_finite_exact_numbers_become_money(amount: object) -> None:
    with pytest.raises(InputError):
        Money.of("COP", amount)  # type: ignore[arg-type]


@pytest.mark.parametrize("minor", [True, 1.0, "1", -1, LARGEST_MINOR + 1, None])
def test_the_model_refuses_what_is_not_a_whole_number_of_minor_units(minor: object) -> None:
    with pytest.raises(ValidationError):
        Money(currency="COP", minor=minor)  # type: ignore[arg-type]
