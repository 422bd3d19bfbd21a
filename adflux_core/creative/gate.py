"""The gate: nothing leaves that breaks a rule, says more than the posting, or that the platform refuses.

It decides by what a text says and not by who wrote it, so a model that obeys an attacker gains nothing. What
a person writes passes the same gate; only that people may give the posting's own number and link.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from adflux_core.advertising import PlatformName
from adflux_core.creative.claims import Claim, claims
from adflux_core.creative.evidence import Evidence
from adflux_core.creative.rules import Finding, check
from adflux_core.creative.words import LANGUAGES, Words, cut_short, lacking, too_long


class Examined(BaseModel):
    """One text, why it may stand or may not."""

    model_config = ConfigDict(frozen=True)

    part: str
    text: str
    claims: list[Claim]
    findings: list[Finding]
    limit: str  # why the platform would refuse it
    note: str  # what people would not see of it

    @property
    def passes(self) -> bool:
        return not self.findings and not self.limit and all(claim.traced for claim in self.claims)

    def problems(self) -> list[str]:
        """One line each, for whoever writes the text anew."""
        unsaid = [f"{claim.kind} “{claim.words}”" for claim in self.claims if not claim.traced]
        return [
            *(f"{self.part}: {finding}" for finding in self.findings),
            *(f"{self.part}: the posting does not say {claim}" for claim in unsaid),
            *([self.limit] if self.limit else []),
        ]


class Examination(BaseModel):
    """All texts of an ad."""

    model_config = ConfigDict(frozen=True)

    texts: list[Examined]
    lacking: list[str]

    @property
    def publishable(self) -> bool:
        return not self.lacking and all(one.passes for one in self.texts)

    def problems(self) -> list[str]:
        return [*self.lacking, *(line for one in self.texts for line in one.problems())]


def examine(
    words: Words,
    platform: PlatformName,
    language: str,
    evidence: Evidence,
    *,
    own: Iterable[str] = (),
    say_in: str = "",
) -> Examination:
    """What the gate says of an ad; explanations in `say_in`, by default the ad's language."""
    own = tuple(own)
    return Examination(
        texts=[
            Examined(
                part=part,
                text=text,
                claims=claims(text, evidence),
                findings=_findings(text, language, own, say_in),
                limit=too_long(platform, part, text),
                note=cut_short(platform, part, text),
            )
            for part, text in words.texts(platform).items()
        ],
        lacking=lacking(platform, words),
    )


def _findings(text: str, language: str, own: tuple[str, ...], say_in: str) -> list[Finding]:
    """By the rules of both languages: a text may be in another than it says it is."""
    found = [
        finding
        for spoken in dict.fromkeys((language, *LANGUAGES))
        for finding in check(text, spoken, own=own, say_in=say_in or language)
    ]
    return list({(finding.kind, finding.words): finding for finding in reversed(found)}.values())[::-1]


def passing(words: Words, language: str, evidence: Evidence) -> Words:
    """A search ad without the texts that do not pass: each of them stands for itself."""
    kept: dict[str, list[str]] = {"headlines": [], "descriptions": []}
    for one in examine(words, PlatformName.GOOGLE_ADS, language, evidence).texts:
        if one.passes:
            kept[one.part.split()[0]].append(one.text)
    return Words(headlines=tuple(kept["headlines"]), descriptions=tuple(kept["descriptions"]))
