"""Money as Meta counts it: integers in its own minor unit, which is not that of ISO 4217.

Offsets are those of Meta's "Currency codes" page. The rates are round figures: Meta converts its
minimum budgets, which it publishes in US dollars, at a rate of the day that it does not publish.
"""

from decimal import Decimal
from typing import Any

# currency: (minor units in one unit, units in one US dollar)
CURRENCIES: dict[str, tuple[int, str]] = {
    "ARS": (100, "1000"), "AUD": (100, "1.5"), "BRL": (100, "5.5"), "CAD": (100, "1.4"),
    "CHF": (100, "0.9"), "CLP": (1, "950"), "CNY": (100, "7.2"), "COP": (1, "4000"),
    "CRC": (1, "510"), "CZK": (100, "23"), "DKK": (100, "6.9"), "EUR": (100, "0.92"),
    "GBP": (100, "0.79"), "GTQ": (100, "7.7"), "HKD": (100, "7.8"), "HNL": (100, "25"),
    "HUF": (1, "360"), "IDR": (1, "16000"), "ILS": (100, "3.7"), "INR": (100, "84"),
    "ISK": (1, "138"), "JPY": (1, "150"), "KRW": (1, "1370"), "MXN": (100, "18"),
    "MYR": (100, "4.5"), "NIO": (100, "37"), "NOK": (100, "10.8"), "NZD": (100, "1.65"),
    "PEN": (100, "3.8"), "PHP": (100, "57"), "PLN": (100, "3.95"), "PYG": (1, "7500"),
    "RON": (100, "4.6"), "SEK": (100, "10.5"), "SGD": (100, "1.34"), "THB": (100, "34"),
    "TRY": (100, "34"), "TWD": (1, "32"), "USD": (100, "1"), "UYU": (100, "40"),
    "VND": (1, "25000"), "ZAR": (100, "18"),
}  # fmt: skip

# The ad set page lists the countries whose ad accounts have twice the minimum.
DOUBLED_IN = frozenset("AU AT BE CA DK FI FR DE GR HK IL IT JP NL NZ NO SG KR ES SE CH TW GB US".split())
MINIMUM_USD = {"imp": "0.50", "high_freq": "2.50", "video_views": "2.50", "low_freq": "40"}
CHEAPEST_THOUSAND_USD = Decimal("2.4")  # our own figure: what a thousand impressions cost in this world


class Currency:
    def __init__(self, code: str) -> None:
        if code not in CURRENCIES:
            raise ValueError(f"{code} is not a currency of this sandbox: {', '.join(CURRENCIES)}")
        self.code = code
        self.offset = CURRENCIES[code][0]
        self._rate = Decimal(CURRENCIES[code][1])

    def minor(self, dollars: str | Decimal) -> int:
        return int(Decimal(dollars) * self._rate * self.offset)

    @property
    def cost_per_thousand(self) -> float:
        return float(CHEAPEST_THOUSAND_USD * self._rate * self.offset)

    def spell(self, minor: int) -> str:
        """Major units as insights write them: "12.30", or "12300" where there is no subunit."""
        return f"{Decimal(minor) / self.offset:.2f}" if self.offset > 1 else str(minor)

    def minimum_budget(self, kind: str, country: str) -> int:
        doubled = country in DOUBLED_IN and kind != "low_freq"
        return self.minor(MINIMUM_USD[kind]) * (2 if doubled else 1)

    def minimum_budgets(self, country: str) -> dict[str, Any]:
        minimums = {f"min_daily_budget_{kind}": self.minimum_budget(kind, country) for kind in MINIMUM_USD}
        return {"currency": self.code} | minimums
