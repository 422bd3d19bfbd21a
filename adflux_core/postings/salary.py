"""Salaries as people write them: what is certain becomes numbers, everything else stays text.

Nothing is guessed. A bare "$" or a bare number has the currency the caller knows the file to be in, or
none; "2 SMMLV", "a convenir" and "120000-15000000" have no numbers; a number beside a word that is not
known to go with money ("40 horas", "09-Dec") makes the whole text unreadable. Zero is no salary.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from adflux_core.postings import amounts, salary_words
from adflux_core.postings.salary_words import PERIODS

# A range wider than this is a slip of the keyboard, not an offer.
WIDEST = 20
LONGEST = 300
_TOKEN = re.compile(
    rf"(?P<currency>{salary_words.CURRENCY_PATTERN})"
    rf"|(?P<number>{amounts.NUMBER.pattern})"
    r"|(?P<word>[^\W\d_]+(?:\.[^\W\d_]\.?)*)"
    r"|(?P<range>[-–—/])"
    r"|(?P<other>\S)",
    re.IGNORECASE,
)


class Salary(NamedTuple):
    """`text` as written; amounts in major units, per `period` (hour, day, week, month, year, once)."""

    text: str | None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    currency: str | None = None
    period: str | None = None


class _Amount(NamedTuple):
    value: Decimal
    multiplier: int
    marked: bool  # a currency stands beside it


def read_salary(text: str, *, currency: str | None = None, language: str | None = None) -> Salary:
    """Read one text. `currency` is what a bare "$" means in this file; `language` is the posting's."""
    shown = " ".join(text.split())
    if not shown:
        return Salary(None)
    if len(shown) > LONGEST or salary_words.NEVER.search(shown):
        return Salary(shown)
    tokens = [(found.lastgroup or "", found.group()) for found in _TOKEN.finditer(shown)]
    named = {salary_words.currency_of(token) for kind, token in tokens if kind == "currency"} - {"?"}
    period = _only_period(shown) if named or "$" in shown else read_period(shown)
    if len(named) > 1:
        return Salary(shown)
    foreign = any(kind == "currency" and salary_words.is_foreign_word(token) for kind, token in tokens)
    money = next(iter(named), None) or (None if foreign else currency)
    found = _amounts(tokens, _marks(tokens, money, language))
    low, high = _range(found, tokens) if found else (None, None)
    low, high = believable(low, high)
    if low is None and high is None:
        return Salary(shown, period=period)
    return Salary(shown, low, high, money, period)


def read_bounds(
    low: str, high: str, *, currency: str | None = None, language: str | None = None
) -> tuple[Decimal | None, Decimal | None]:
    """Two columns of plain numbers, such as "188000.0" and "277000.0"; what is unreadable is None."""
    marks = amounts.known_marks(low.split() + high.split()) | _marks([], currency, language)
    values = [
        amounts.amount(text.strip(), marks) if amounts.NUMBER.fullmatch(text.strip()) else None
        for text in (low, high)
    ]
    return believable(values[0], values[1])


def believable(low: Decimal | None, high: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    """Zero is missing; a range upside down or absurdly wide is missing as a whole."""
    low, high = low or None, high or None
    if low is not None and high is not None and not low <= high <= low * WIDEST:
        return None, None
    return low, high


def read_period(text: str) -> str | None:
    """The one period an interval names: "por mes", "per-hour-wage", "1 YEAR". "2 WEEKS" is None."""
    words = re.findall(r"[^\W\d_]+|\d+", text.lower())
    pairs = pairwise(words)
    if any(word.isdigit() and word != "1" and after in salary_words.SPANS for word, after in pairs):
        return None
    return _only_period(text)


def _only_period(text: str) -> str | None:
    words = re.findall(r"[^\W\d_]+", text.lower())
    found = {PERIODS[word] for word in words if word in PERIODS}
    return found.pop() if len(found) == 1 else None


def _marks(tokens: list[tuple[str, str]], money: str | None, language: str | None) -> frozenset[str]:
    shown = amounts.known_marks(token for kind, token in tokens if kind == "number")
    if len(shown) == 1:
        return shown
    if money in amounts.THOUSANDS:
        return amounts.THOUSANDS[money]
    words = {token.lower() for kind, token in tokens if kind == "word"}
    spanish = bool(words & salary_words.SPANISH) or language == "es"
    english = bool(words & salary_words.ENGLISH) or language == "en"
    if money is not None or spanish == english:
        return frozenset()
    return amounts.POINT if spanish else amounts.COMMA


def _amounts(tokens: list[tuple[str, str]], marks: frozenset[str]) -> list[_Amount]:
    """Every number as an amount of money, or none at all where one of them is something else."""
    found: list[_Amount] = []
    for at, (kind, token) in enumerate(tokens):
        if kind != "number":
            continue
        value = amounts.amount(token, marks)
        after = tokens[at + 1 : at + 4]
        multiplier = salary_words.multiplier(after[0][1]) if after and after[0][0] == "word" else 1
        if multiplier != 1:
            after = after[1:]
        beside = tokens[max(at - 1, 0) : at] + after[:1]
        marked = any(kind == "currency" for kind, _ in beside)
        if value is None or not _is_money(tokens[:at], after, marked):
            return []
        found.append(_Amount(value, multiplier, marked))
    if len(found) > 2 or (found and not any(each.marked for each in found) and not _only_known(tokens)):
        return []
    return found


def _is_money(before: list[tuple[str, str]], after: list[tuple[str, str]], marked: bool) -> bool:
    """Whether what stands around a number goes with a salary."""
    if before and before[-1][1] == "-" and len(before) == 1:
        return False  # "-500"
    if any(token.lower() in salary_words.EXTRAS for kind, token in before[-3:] if kind == "word"):
        return False
    following = [(kind, token) for kind, token in after if kind != "currency"]
    if following and following[0][0] == "range":
        following = following[1:]
    if not following or following[0][0] in {"number", "other"}:
        return not (following and following[0][1] == "%")
    word = following[0][1].lower()
    if word in salary_words.SPANS:
        # "25 hours" is a time; "$25 hour", "25/hour" are pay.
        return marked or after[0][0] == "range"
    return word in salary_words.KNOWN


def _only_known(tokens: list[tuple[str, str]]) -> bool:
    return all(
        token.lower() in salary_words.KNOWN or salary_words.multiplier(token) != 1
        for kind, token in tokens
        if kind == "word"
    )


def _range(found: list[_Amount], tokens: list[tuple[str, str]]) -> tuple[Decimal | None, Decimal | None]:
    if len(found) == 2:
        first, second = found
        if not _joined(tokens):
            return None, None
        scale = first.multiplier
        if first.multiplier == 1 and first.value <= second.value < 1000:
            scale = second.multiplier  # "4,5 a 5,5 millones" is millions both
        return _bounded(first.value * scale), _bounded(second.value * second.multiplier)
    value = _bounded(found[0].value * found[0].multiplier)
    at = next(at for at, (kind, _) in enumerate(tokens) if kind == "number")
    before = " ".join(token.lower() for _, token in tokens[:at])
    following = " ".join(token.lower() for _, token in tokens[at + 1 :])
    if salary_words.AT_MOST.search(before):
        return None, value
    if salary_words.AT_LEAST.search(before) or salary_words.OR_MORE.match(following):
        return value, None
    return value, value


def _joined(tokens: list[tuple[str, str]]) -> bool:
    first, last = (at for at, (kind, _) in enumerate(tokens) if kind == "number")
    return any(
        said in "-–—" or (kind == "word" and said.lower() in salary_words.JOINS)
        for kind, said in tokens[first + 1 : last]
    )


def _bounded(value: Decimal) -> Decimal | None:
    return value if value < amounts.LARGEST else None
