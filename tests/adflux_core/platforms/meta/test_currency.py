"""The wire value is exact for every currency Meta has, and COP has no cents there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adflux_core.errors import ValidationError
from adflux_core.money import Money
from adflux_core.platforms.meta.currency import OFFSET_1, OFFSET_100, from_wire, offset, to_wire
from sandbox.meta.currencies import CURRENCIES as WITNESS


@given(st.sampled_from(sorted(OFFSET_1 | OFFSET_100)), st.integers(0, 10**10))
def test_wire_units_come_back_as_the_same_money(currency: str, units: int) -> None:
    assert to_wire(from_wire(currency, units)) == units


def test_a_peso_is_one_unit_and_a_dollar_a_hundred() -> None:
    assert to_wire(Money.parse("COP 800000")) == 800_000
    assert to_wire(Money.parse("USD 12.50")) == 1_250
    assert to_wire(Money.parse("JPY 5000")) == 5_000


@pytest.mark.parametrize("text", ["COP 800000.50", "HUF 10.01", "CRC 3.10"])
def test_cents_that_meta_cannot_take_are_refused_not_rounded(text: str) -> None:
    with pytest.raises(ValidationError, match="finer"):
        to_wire(Money.parse(text))


def test_a_currency_without_ad_accounts_is_refused() -> None:
    with pytest.raises(ValidationError, match="XAU"):
        offset("XAU")


def test_the_sandbox_written_apart_from_us_holds_the_same_offsets() -> None:
    assert {code: units for code, (units, _) in WITNESS.items()}.items() <= {
        **dict.fromkeys(OFFSET_1, 1),
        **dict.fromkeys(OFFSET_100, 100),
    }.items()
