"""Numbers in a text, whatever marks and words they are written with, so that two writings can be compared."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from adflux_core.creative.folding import fold

UNITS = {
    "percent": r"%|por ciento|percent",
    "year": r"anos?\b|years?\b|yrs?\b",
    "month": r"mes(?:es)?\b|months?\b",
    "week": r"semanas?\b|weeks?\b",
    "day": r"dias?\b|days?\b",
    "hour": r"horas?\b|hours?\b|hrs?\b|h\b",
    "opening": r"vacantes?\b|plazas?\b|cupos?\b|puestos?\b|openings?\b|positions?\b|vacanc(?:y|ies)\b",
}
CURRENCIES = {
    "COP": r"cop\b|pesos? colombianos?\b",
    "USD": r"usd\b|us\$|dolares\b|dollars?\b",
    "EUR": r"eur\b|euros?\b|€",
    "GBP": r"gbp\b|£|pounds? sterling\b",
    "MXN": r"mxn\b|pesos? mexicanos?\b",
    "": r"\$|pesos?\b",
}
MULTIPLIERS = (
    (Decimal(10**6), r"mill[oi]n(?:es)?s?\b|mm?\b(?!\s*(?:2|²))|mill\b"),
    (Decimal(1000), r"mil\b|k\b|thousand\b"),
)
SMALL = (
    *("dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince".split()),
    *("two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()),
)
WRITTEN = {word: Decimal(2 + index % 14) for index, word in enumerate(SMALL)} | {
    word: Decimal(value)
    for words in ("veinte treinta cuarenta cincuenta cien", "twenty thirty forty fifty hundred")
    for word, value in zip(words.split(), (20, 30, 40, 50, 100), strict=True)
}
_NUMBER = re.compile(
    r"(?<![\w])(?:\d{1,3}(?:[.,'’ ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?|(?:"
    + "|".join(WRITTEN)
    + r"))(?![\d])"
)
_RANGE = re.compile(r"\s*(?:a|y|to|and|-|–|/|o|or)\s*(?:\$|€|£|usd|cop|eur)?\s*")
_BEFORE = 6  # signs before a number in which its currency may stand


class Quantity(NamedTuple):
    """A number: every value its writing allows, and what it counts. `unit` is "" where nothing is said."""

    values: frozenset[Decimal]
    unit: str  # of UNITS, or "money", or "money COP"
    words: str

    def said_by(self, other: Quantity) -> bool:
        """Whether `other` says this much, of this unit or of none."""
        if not self.values & other.values:
            return False
        if "money" in self.unit and "money" in other.unit:
            return self.unit == other.unit or "money" in {self.unit, other.unit}
        return self.unit == other.unit or not self.unit or not other.unit


def quantities(text: str) -> list[Quantity]:
    """All numbers of a text, in its order. A number in words counts only before a unit."""
    folded = fold(text)
    found: list[tuple[frozenset[Decimal], Decimal, str, int, int]] = []
    for match in _NUMBER.finditer(folded.text):
        start, end = match.span()
        times, after = _times(folded.text, end)
        unit, after = _unit(folded.text, start, after)
        if match.group() in WRITTEN and not (unit or times > 1):
            continue
        found.append((_values(match.group()), times, unit, start, after))
    read = []
    for index, (written, times, unit, start, end) in enumerate(found):
        values = frozenset(value * times for value in written)
        following = found[index + 1] if index + 1 < len(found) else None
        if following and _RANGE.fullmatch(folded.text[end : following[3]]):
            # "4 a 5 millones": what follows the last of a range is said of the first as well.
            values |= {value * following[1] for value in written if times == 1}
            unit = unit or following[2]  # noqa: PLW2901
        read.append(Quantity(values, unit, folded.words(start, end)))
    return read


def _values(written: str) -> frozenset[Decimal]:
    if written in WRITTEN:
        return frozenset({WRITTEN[written]})
    bare = re.sub(r"['’ ]", "", written)
    parts = re.split(r"[.,]", bare)
    if len(parts) == 1:
        return frozenset({Decimal(bare)})
    grouped = Decimal("".join(parts))
    *whole, last = parts
    pointed = Decimal(f"{''.join(whole)}.{last}")
    marks = set(re.findall(r"[.,]", bare))
    if len(last) != 3 or parts[0] == "0":
        return frozenset({pointed})
    if re.search("['’]", written):
        return frozenset({grouped})
    if len(parts) > 2:
        return frozenset({grouped if len(marks) == 1 else pointed})
    return frozenset({grouped, pointed})  # 1.500 is either


def _times(text: str, end: int) -> tuple[Decimal, int]:
    for times, words in MULTIPLIERS:
        if match := re.compile(rf"\s?(?:{words})").match(text, end):
            return times, match.end()
    return Decimal(1), end


def _unit(text: str, start: int, end: int) -> tuple[str, int]:
    for unit, words in UNITS.items():
        if match := re.compile(rf"\s?(?:{words})").match(text, end):
            return unit, match.end()
    before = text[max(0, start - _BEFORE) : start]
    for currency, words in CURRENCIES.items():
        after = re.compile(rf"\s?(?:de )?(?:{words})").match(text, end)
        if after or re.search(rf"(?:{words})\s?$", before):
            return f"money {currency}".strip(), after.end() if after else end
    return "", end
