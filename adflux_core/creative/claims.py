"""Every claim of a text, and where the posting says it. A claim that it does not say is named.

Numbers, benefits, skills and names must each be found. Of all other words with a meaning, at least half of a
text's must be the posting's or claim nothing: else it is about something else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from babel import Locale
from pydantic import BaseModel, ConfigDict

from adflux_core.creative.evidence import WORD, Evidence, Passage, beginning
from adflux_core.creative.folding import fold, folded
from adflux_core.creative.quantities import Quantity, quantities

HERE = Path(__file__).parent
ClaimKind = Literal["number", "benefit", "skill", "name", "subject"]
_SENTENCE_START = re.compile(r"(?:^|[.!?¿¡:;|·•\n–—-])[\s\"“«(¿¡]*$")
MOST_FOREIGN = 0.5


class Claim(BaseModel):
    """Something a text says of the job. `said` are the posting's words for it; empty: it does not say so."""

    model_config = ConfigDict(frozen=True)

    kind: ClaimKind
    words: str
    field: str = ""
    said: str = ""

    @property
    def traced(self) -> bool:
        return bool(self.field)


def claims(text: str, evidence: Evidence) -> list[Claim]:
    """All claims of `text`, traced or not, in the order of their kinds."""
    return [
        *_numbers(text, evidence),
        *_concepts(text, evidence),
        *_names(text, evidence),
        *_subject(text, evidence),
    ]


def untraced(text: str, evidence: Evidence) -> list[Claim]:
    """The claims of `text` that the posting does not make."""
    return [claim for claim in claims(text, evidence) if not claim.traced]


def _numbers(text: str, evidence: Evidence) -> Iterator[Claim]:
    for number in quantities(text):
        yield _claim("number", number.words, _said(number, evidence))


def _said(number: Quantity, evidence: Evidence) -> Passage | None:
    """Where the posting says the number. Where it names its currency, a text may not name another."""
    saying = [
        (passage, one)
        for passage in evidence.passages
        for one in passage.quantities
        if number.values & one.values
    ]
    if number.unit.startswith("money ") and any(one.unit.startswith("money ") for _, one in saying):
        saying = [(passage, one) for passage, one in saying if one.unit == number.unit]
    return next((passage for passage, one in saying if number.said_by(one)), None)


def _concepts(text: str, evidence: Evidence) -> Iterator[Claim]:
    read = fold(text)
    for kind, concepts in _claimable().items():
        for words in concepts.values():
            for match in words.finditer(read.text):
                passage = next((one for one in evidence.passages if words.search(one.folded)), None)
                yield _claim(kind, read.words(match.start(), match.end()), passage)


def _names(text: str, evidence: Evidence) -> Iterator[Claim]:
    """Words with a capital where no sentence begins, and places wherever they stand."""
    for match in WORD.finditer(text):
        word = match.group()
        bare = folded(word)
        if not word[0].isupper() or len(bare) < 2:
            continue
        starts = bool(_SENTENCE_START.search(text[: match.start()]))
        if (starts and bare not in places()) or (bare not in places() and is_neutral(bare)):
            continue
        yield _claim("name", word, evidence.words.get(beginning(bare)))


def _subject(text: str, evidence: Evidence) -> Iterator[Claim]:
    words = [word for word in WORD.findall(folded(text)) if len(word) > 3]
    foreign = [word for word in words if not (is_neutral(word) or beginning(word) in evidence.words)]
    if len(words) >= 3 and len(foreign) > MOST_FOREIGN * len(words):
        yield Claim(kind="subject", words=", ".join(dict.fromkeys(foreign[:5])))


def _claim(kind: ClaimKind, words: str, passage: Passage | None) -> Claim:
    if passage is None:
        return Claim(kind=kind, words=words)
    return Claim(kind=kind, words=words, field=passage.field, said=passage.text)


@cache
def _claimable() -> Mapping[ClaimKind, Mapping[str, re.Pattern[str]]]:
    read = tomllib.loads((HERE / "claim_words.toml").read_text())
    kinds: tuple[ClaimKind, ...] = ("benefit", "skill")
    return {
        kind: {name: re.compile(rf"(?<!\w)(?:{words})") for name, words in read[kind].items()}
        for kind in kinds
    }


@cache
def _neutral() -> frozenset[str]:
    lines = (HERE / "neutral_words.txt").read_text().splitlines()
    return frozenset(folded(word) for line in lines if not line.startswith("#") for word in line.split())


@cache
def is_neutral(word: str) -> bool:
    """Whether a folded word claims nothing: it is on the list, or a form of a longer one there."""
    known = _neutral()
    return word in known or any(word[:cut] in known for cut in range(5, len(word)))


@cache
def places() -> frozenset[str]:
    """Folded names, of one word, of countries, and of cities that ads speak of."""
    countries = (
        name
        for language in ("es", "en")
        for code, name in Locale(language).territories.items()
        if len(code) == 2
    )
    cities = (HERE / "cities.txt").read_text().splitlines()
    return frozenset(
        name for one in (*countries, *cities) for name in [folded(one).strip()] if " " not in name
    )
