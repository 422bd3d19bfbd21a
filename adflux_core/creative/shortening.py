"""Texts made shorter: ended after a whole word, in a place where what is left still says what it said."""

from __future__ import annotations

import re

from adflux_core.platforms.google_ads import limits

_NUMBERS = re.compile(r"\d|[$€£¥₡₱]|^[A-Z]{3}$")  # a word that may be part of an amount
DANGLING = frozenset(
    "a al ante como con de del e en entre excepto la las lo los el ni o para por que sin sobre su sus u un "
    "una y y/o & an and and/or as at by except for from in into its of on or the to under with".split()
)
_AMOUNT = re.compile(r"\d[\d.,]|[$€£¥₡₱]")
# Where an English title may end: what follows only says more of the job named before.
_PART = re.compile(r"\s*[,;:|(](?!\d)|\s*[-–—]\s|\s(?=(?:of|for|in|at|with|to|on|from|by|within|under)\s)")
_SPANISH = re.compile(r"(?i)[áéíóúñ]|/[ao]s?\b|\b(?:del?|las?|el|los|y|en|con|para)\b")
_LEVEL = re.compile(r"\s+(?:[IVX]+|\d)$")


def cut(text: str, width: int, language: str = "es") -> str:
    """At most `width` display units, not ended beside a number; empty when no such beginning exists.

    A Spanish title names the job first, so its beginning is kept. An English one names it last, so whole
    parts are left off, and then its first words: "Robot Platform Software Engineer" is still an engineer.
    """
    words = text.split()
    if limits.width(" ".join(words)) <= width:
        return " ".join(words)
    english = language == "en" and not _SPANISH.search(text)
    return (english and _named_last(" ".join(words), width)) or _beginning(words, width)


def _beginning(words: list[str], width: int) -> str:
    for kept in range(len(words) - 1, 0, -1):
        if limits.width(" ".join(words[:kept])) > width:
            continue
        last = words[kept - 1].rstrip(",;:-–·|/(")
        if _NUMBERS.search(last) or _NUMBERS.search(words[kept]) or last.casefold() in DANGLING or not last:
            continue
        return " ".join([*words[: kept - 1], last])
    return ""


def _named_last(title: str, width: int) -> str:
    ends = [found.start() for found in _PART.finditer(title) if found.start()]
    fitting = [title[:end] for end in ends if limits.width(title[:end]) <= width]
    whole = [one for one in fitting if not _AMOUNT.search(one)]
    if whole:
        return whole[-1]
    if _AMOUNT.search(title):
        return ""
    words = _LEVEL.sub("", title[: min(ends, default=len(title))]).split()
    return next(
        (
            " ".join(words[start:])
            for start in range(len(words) - 1)
            if limits.width(" ".join(words[start:])) <= width
            and words[start].casefold() not in DANGLING
            and words[start][0].isalnum()
        ),
        "",
    )


def shorten(text: str, width: int) -> str:
    """At most `width` characters, ended at a word where there is one, with an ellipsis if anything went."""
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    kept = text[: width - 1]
    at_word = kept.rsplit(" ", 1)[0] if " " in kept else kept
    return at_word.rstrip(" ,;:-–·(/") + "…"
