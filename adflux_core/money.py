"""Money: a currency and an exact number of its minor units. Never a float.

A platform's wire unit (Meta's offsets, Google's micros) is that platform's business and lives in its
folder; here minor units are ISO 4217's.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from adflux_core.errors import InputError

# ISO 4217 currencies whose minor unit is not a hundredth, as the standard's table lists them.
DIGITS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
# More than any budget or salary, far less than bigint and numeric(18, 3) hold.
LARGEST_MINOR = 10**15

_PLAIN = re.compile(r"\d{1,16}(\.\d{1,3})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


class Money(BaseModel):
    """An amount ≥ 0 in `minor` units of `currency` (COP 800,000.00 is minor=80000000)."""

    model_config = ConfigDict(frozen=True, strict=True)

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    minor: Annotated[int, Field(ge=0, le=LARGEST_MINOR)]

    @classmethod
    def of(cls, currency: str, amount: Decimal | int) -> Self:
        """From major units. Raises InputError on more decimals than the currency has, NaN, ∞, or < 0."""
        if isinstance(amount, bool) or not isinstance(amount, Decimal | int):
            raise InputError(f"{amount!r} is not an amount of money: give a whole or decimal number")
        if not _CURRENCY.fullmatch(currency):
            raise InputError(f"{currency!r} is not a currency: give its three capital letters, such as COP")
        value = Decimal(amount)
        if not value.is_finite() or value < 0:
            raise InputError(f"{amount} is not an amount of money: it must be finite and not negative")
        minor = value.scaleb(DIGITS.get(currency, 2))
        if minor != minor.to_integral_value():
            raise InputError(f"{amount} has more decimals than {currency} has: round it first")
        if minor > LARGEST_MINOR:
            raise InputError(f"{currency} {amount} is more than AdFlux handles: check the number of zeros")
        return cls(currency=currency, minor=int(minor))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "COP 800000" or "USD 12.50". No thousands marks: "1.400" reads differently on each side
        of an ocean, so it is refused rather than guessed. Raises InputError.
        """
        currency, _, number = text.strip().partition(" ")
        if not _CURRENCY.fullmatch(currency) or not _PLAIN.fullmatch(number.strip()):
            raise InputError(
                f'{text[:40]!r} is not an amount: write it as "COP 800000", without thousands marks'
            )
        decimals = number.strip().partition(".")[2]
        if len(decimals) == 3 and DIGITS.get(currency, 2) < 3:
            raise InputError(f'{text[:40]!r}: is that a thousands mark? Write "COP 1400000", without marks')
        try:
            return cls.of(currency, Decimal(number.strip()))
        except InvalidOperation:
            raise InputError(f'{text[:40]!r} is not an amount: write it as "COP 800000"') from None

    @property
    def amount(self) -> Decimal:
        """Major units, exact."""
        return Decimal(self.minor).scaleb(-DIGITS.get(self.currency, 2))

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,f}"
