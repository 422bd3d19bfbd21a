"""Amounts that people, feeds and attackers write, none of which is money."""

from __future__ import annotations

from decimal import Decimal

HOSTILE: list[object] = [
    *(float("nan"), float("inf"), float("-inf"), 1.5, 1e300, 800_000.0),
    *(True, False, None),
    *(-1, -(10**30), 10**30),
    *(Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("-0.01")),
    *("", " ", "\t", "COP", "COP -5", "cop 5", "COP 5 5", "COP 0x10", "COP COP 5"),
    *("1.400", "1,400", "1.400.000", "1'400", "1 400", "12,50", ".5", "5.", "+5", "--5"),
    *("1e6", "1_000", "0x10", "0b1", "1/2", "50%", "$5", "5;DROP TABLE", "5\x00", "\x005", "5\n5"),
    *("٨٠٠", "８００", "\u202e5", "5\u200f", "\u20665\u2069", "5\u200b", "५००", "²", "½", "五"),
    *("NaN", "nan", "Infinity", "-Infinity", "1" * 40, [], {}, (5,), b"5"),
]
# The same as a person would type them; the only ones that then say an amount are left out.
TYPED = [text for text in map(str, HOSTILE) if text not in {"1.5", "800000.0"}]

# As text, what PostgreSQL must not keep as an amount. It reads "1e6", "1_000" and "0x10" as the numbers they
# are: exact, so no door of money, and nothing of ours sends them.
NOT_STORED: list[str] = [
    *("NaN", "nan", "Infinity", "-Infinity", "inf", "-inf", "-1", "-0.001", "-1e30", "1e30", "1" * 40),
    *("", " ", "COP", "COP 5", "1,400", "1.400.000", "1'400", "12,50", "$5", "50%", "1/2", "--5"),
    *("٨٠٠", "８００", "\u202e5", "5\u200b", "½", "true", "[]", "5;DROP TABLE", "\x005", "5\x00"),
]
