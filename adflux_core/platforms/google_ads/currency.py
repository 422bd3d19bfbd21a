"""Google's money on the wire: micros of the account's currency, exact.

Source: Google Ads API, CurrencyConstant (`billable_unit_micros`) and CampaignBudget.
"""

from __future__ import annotations

from decimal import Decimal

from adflux_core.errors import ValidationError
from adflux_core.money import DIGITS, Money

MICROS = 1_000_000
MICRO = Decimal(1) / MICROS
# Where a hundredth exists on paper and nobody pays in it, whole units are asked for. That may be coarser than
# Google's own billable unit and is never finer, so what is sent is always a multiple of it.
WHOLE_UNITS = frozenset("COP CRC HUF IDR TWD CLP ISK JPY KRW PYG UGX VND XAF XOF XPF RWF".split())
# Google tells its smallest daily budget only when one is below it. This is ours, about half a dollar: what
# the first caps of an account are worked out from. Currencies that are not here start at one billable unit,
# so their first caps are tiny and `adflux cap` has to be used.
SMALLEST_DAILY = {
    one[:3]: Decimal(one[3:])
    for one in (
        "USD0.5 EUR0.5 GBP0.5 CAD0.5 AUD0.5 CHF0.5 NZD0.5 SGD0.5 BRL3 PEN2 PLN2 ILS2 AED2 SAR2 MYR2 TRY20 "
        "BOB4 GTQ4 MXN10 SEK6 NOK6 DKK4 CZK12 ZAR10 THB18 PHP30 INR45 DOP30 UYU20 ARS700 CLP500 CRC300 "
        "HUF200 JPY80 TWD16 COP2000 KRW700 PYG4000 IDR8000 VND13000"
    ).split()
}


def billable_unit(currency: str) -> int:
    """Micros; amounts are multiples of it."""
    if currency in WHOLE_UNITS or DIGITS.get(currency, 2) == 0:
        return MICROS
    return MICROS // 100


def to_micros(money: Money) -> int:
    """Exact micros. Raises ValidationError when the amount is finer than Google bills."""
    micros = money.amount * MICROS
    if micros % billable_unit(money.currency):
        raise ValidationError(
            f"{money} is finer than Google bills in {money.currency}: round it", platform="google_ads"
        )
    return int(micros)


def from_micros(micros: int) -> Decimal:
    """Units of the account's currency, exact."""
    return Decimal(micros) / MICROS


def smallest_daily_budget(currency: str) -> Money:
    """Our own floor for a day, where Google names none."""
    one_unit = Decimal(billable_unit(currency)) / MICROS
    return Money.of(currency, SMALLEST_DAILY.get(currency, one_unit))
