"""Words by template that pass the gate whatever the posting says: what does not pass is left out.

A title that breaks a rule, shouts or is no title at all gives way to a better one; if there is none, the ad
speaks of a job without naming it.
"""

from __future__ import annotations

from adflux_core.advertising import PlatformName
from adflux_core.creative.evidence import Evidence
from adflux_core.creative.gate import Examined, examine
from adflux_core.creative.search_words import write_search_ad
from adflux_core.creative.template import PHRASES, write_words
from adflux_core.creative.titles import better_title
from adflux_core.creative.words import Words
from adflux_core.schema.postings import Posting

SAFE = {
    "es": Words(
        headline="Oferta de empleo",
        primary_text="Conoce la oferta de empleo y postúlate en línea.",
        description="Conoce la oferta",
        headlines=("Oferta de empleo", "Postúlate en línea", "Conoce la oferta"),
        descriptions=(
            "Conoce la oferta de empleo y postúlate en línea.",
            "Lee todos los detalles de la oferta antes de postularte.",
        ),
    ),
    "en": Words(
        headline="Job opening",
        primary_text="See the details of the job and apply online.",
        description="See the details",
        headlines=("Job opening", "Apply online", "See the details"),
        descriptions=(
            "See the details of the job and apply online.",
            "Read all the details of the job before you apply.",
        ),
    ),
}


def plain_words(posting: Posting, platform: PlatformName, language: str, evidence: Evidence) -> Words:
    """Words that may be published on the platform."""
    titled = _with_title(posting, better_title(posting.title, posting.language or "es"))
    safe = SAFE[language]
    if platform is PlatformName.GOOGLE_ADS:
        ad = write_search_ad(titled, language)
        words = Words(headlines=ad.headlines, descriptions=ad.descriptions)
        kept = [one for one in examine(words, platform, language, evidence).texts if _fit(one)]
        return Words(
            headlines=_filled(kept, "headlines", safe.headlines, 15),
            descriptions=_filled(kept, "descriptions", safe.descriptions, 4),
        )
    words = write_words(titled, language)
    fit = {one.part: one for one in examine(words, platform, language, evidence).texts if _fit(one)}
    lines = [
        line
        for line in words.primary_text.splitlines()
        if _fit(examine(Words(primary_text=line), platform, language, evidence).texts[0])
    ]
    told = [line for line in lines if line != PHRASES[language]["how"]]
    return Words(
        headline=fit["headline"].text if "headline" in fit else safe.headline,
        primary_text="\n".join(lines) if told else safe.primary_text,
        description=fit["description"].text if "description" in fit else safe.description,
    )


def _filled(kept: list[Examined], part: str, safe: tuple[str, ...], most: int) -> tuple[str, ...]:
    texts = [one.text for one in kept if one.part.startswith(part)]
    return tuple(dict.fromkeys((*texts, *safe)))[:most]


def _fit(one: Examined) -> bool:
    """A template's subject is the posting: only its words and length can be wrong."""
    return (
        not one.findings
        and not one.limit
        and all(claim.traced or claim.kind == "subject" for claim in one.claims)
    )


def _with_title(posting: Posting, title: str) -> Posting:
    """The posting under another title, outside any session."""
    columns = {column.key: getattr(posting, column.key) for column in Posting.__table__.columns}
    return Posting(**(columns | {"title": title}))
