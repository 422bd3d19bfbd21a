"""What no job ad may say, whoever wrote it: the rule pack, read from data, and the check against it.

A rule has a source, an explanation in Spanish and English, and words to put in the place of what it found.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from adflux_core.creative.folding import Folded, fold, undisguised

PACK = Path(__file__).parent / "rule_pack"
KINDS = (
    *("age", "gender", "origin", "family", "disability", "religion", "looks"),
    *("promise", "shouting", "contact", "markup", "instruction"),
)


class Rule(BaseModel):
    """One rule. `words` are found in the folded text (see `folding`) unless `as_written`; a find that lies
    in a place `unless` matches is none. `rewrite` may name the groups of `words`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
    kind: str
    source: str
    es: str
    en: str
    words: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...] = ()
    rewrite: str
    as_written: bool = False


class Finding(BaseModel):
    """What a rule found: the words as written, why they may not stand, and the text without them."""

    model_config = ConfigDict(frozen=True)

    rule: str
    kind: str
    words: str
    explanation: str
    source: str
    rewrite: str  # the whole text, as it might stand

    def __str__(self) -> str:
        return f"“{self.words}”: {self.explanation}"


@cache
def pack(language: str) -> tuple[Rule, ...]:
    """The rules for texts of a language, with those that hold in any."""
    return tuple(
        Rule.model_validate(rule)
        for name in (language, "any")
        for rule in tomllib.loads((PACK / f"{name}.toml").read_text())["rule"]
    )


def check(
    text: str, language: str, *, say_in: str = "", own: Iterable[str] = (), only: str = ""
) -> list[Finding]:
    """What stands against `text`; `own` are the links and numbers that are the posting's to give.

    Explanations are in `say_in`, by default the text's own language. `only` is the one kind to look for.
    """
    findings: dict[tuple[str, str], Finding] = {}
    for read, as_written in _readings(text):
        for rule in pack("en" if language == "en" else "es"):
            if rule.as_written is not as_written or (only and rule.kind != only):
                continue
            covered = 0
            for found in sorted(_finds(rule, read.text), key=lambda one: (one.start(), -one.end())):
                if found.end() <= covered:
                    continue  # part of what the same rule has found
                covered = found.end()
                words = read.words(found.start(), found.end()).strip()
                if rule.kind == "contact" and _owned(words, own):
                    continue
                finding = Finding(
                    rule=rule.id,
                    kind=rule.kind,
                    words=words,
                    explanation=rule.en if (say_in or language) == "en" else rule.es,
                    source=rule.source,
                    rewrite=_rewritten(read, found, rule),
                )
                findings.setdefault((rule.id, words), finding)
    return list(findings.values())


def _readings(text: str) -> Iterator[tuple[Folded, bool]]:
    """The text folded and as written, and each without its disguise where it wears one."""
    for read, as_written in ((fold(text), False), (Folded(text, list(range(len(text))), text), True)):
        yield read, as_written
        bare = undisguised(read.text)
        if bare != read.text:
            yield read._replace(text=bare), as_written


def _finds(rule: Rule, text: str) -> Iterator[re.Match[str]]:
    for words in rule.words:
        for found in words.finditer(text):
            if found.group() and not any(
                excuse.start() <= found.start() and found.end() <= excuse.end()
                for unless in rule.unless
                for excuse in unless.finditer(text)
            ):
                yield found


def _owned(words: str, own: Iterable[str]) -> bool:
    digits = re.sub(r"\D", "", words)
    return any(
        words.rstrip("/.").casefold() == one.rstrip("/").casefold()
        or (len(digits) >= 7 and "://" not in words and re.sub(r"\D", "", one).endswith(digits[-7:]))
        for one in own
    )


def _rewritten(read: Folded, found: re.Match[str], rule: Rule) -> str:
    start, end = read.at[found.start()], read.at[found.end() - 1] + 1
    if rule.kind == "shouting":
        instead = read.original[start:end].capitalize() if rule.rewrite == "=" else rule.rewrite
    else:
        instead = found.expand(rule.rewrite)
    text = f"{read.original[:start]}{instead}{read.original[end:]}"
    text = re.sub(r"\s+([,.;:])", r"\1", re.sub(r"[ \t]{2,}", " ", text))
    text = re.sub(r"([,;:])(\s*[,;:.])+", r"\2", text).strip(" ,;:-–·")
    return text[:1].upper() + text[1:]
