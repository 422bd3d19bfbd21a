"""Meta's money on the wire: whole units of its own offset table, which is not ISO 4217.

Source: Meta, Marketing API, Currency Codes. COP is the trap: ISO gives it cents, Meta does not, so a
×100 habit spends a hundred times the budget.
"""

from __future__ import annotations

from decimal import Decimal

from adflux_core.errors import ValidationError
from adflux_core.money import Money

OFFSET_1 = frozenset("CLP COP CRC HUF ISK IDR JPY KRW PYG TWD VND".split())
# The currencies an ad account can have (the same page). Others are refused: a guessed offset is money.
OFFSET_100 = frozenset(
    "DZD ARS AUD BDT BOB BRL GBP CAD CNY CZK DKK EGP EUR GTQ HNL HKD INR ILS KES MOP MYR MXN NZD NIO NGN "
    "NOK PKR PEN PHP PLN QAR RON RUB SAR SGD ZAR SEK CHF LKR THB TRY AED UAH USD UYU".split()
)


def offset(currency: str) -> int:
    """How many wire units one unit of `currency` is. Raises ValidationError on a currency Meta lacks."""
    if currency in OFFSET_1:
        return 1
    if currency in OFFSET_100:
        return 100
    raise ValidationError(f"Meta has no ad accounts in {currency}", platform="meta")


def to_wire(money: Money) -> int:
    """Wire units, exact. Raises ValidationError when the amount is finer than Meta's unit."""
    units = money.amount * offset(money.currency)
    if units != units.to_integral_value():
        raise ValidationError(
            f"{money} is finer than Meta's smallest unit of {money.currency}: round it", platform="meta"
        )
    return int(units)


def from_wire(currency: str, units: int | str) -> Money:
    """Money from wire units, as budgets are read back."""
    return Money.of(currency, Decimal(int(units)) / offset(currency))
