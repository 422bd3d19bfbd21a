"""Ad text by template: only what the posting says, in its own language, Spanish first.

A missing piece is left out, never filled in; the salary stands in the employer's own words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from adflux_core.advertising import Creative
from adflux_core.creative.card import draw_card
from adflux_core.creative.shortening import cut, shorten
from adflux_core.creative.words import Words
from adflux_core.schema.postings import Posting

SOURCE = "template/1"
_LONG_NUMBER = re.compile(r"(?<![\d.,'’])\d{5,12}(?![\d.,'’])")
HEADLINE_WIDTH = 40  # Meta shows about this much of a headline
DESCRIPTION_WIDTH = 30

PHRASES: Mapping[str, Mapping[str, str]] = {
    "es": {
        "who": "{company} busca: {title}.",
        "what": "Oferta de empleo: {title}.",
        "where": "Lugar: {place}.",
        "pay": "Salario: {salary}.",
        "how": "Conoce la oferta y postúlate en línea.",
        "short": "Conoce la oferta",
        "remote": "Trabajo remoto",
    },
    "en": {
        "who": "{company} is hiring: {title}.",
        "what": "Job opening: {title}.",
        "where": "Location: {place}.",
        "pay": "Salary: {salary}.",
        "how": "See the details and apply online.",
        "short": "See the details",
        "remote": "Remote work",
    },
}


def write_creative(posting: Posting) -> Creative:
    """The ad of a posting that has a title and an apply link; the same posting gives the same bytes."""
    language = "en" if posting.language == "en" else "es"
    words = write_words(posting, language)
    place = place_of(posting, language)
    return Creative(
        language=language,
        headline=words.headline,
        primary_text=words.primary_text,
        description=words.description,
        link=posting.apply_url or "",
        image=draw_card(title=shorten(posting.title, 90), company=posting.company, place=place),
        source=SOURCE,
    )


def write_words(posting: Posting, language: str) -> Words:
    """The words of a feed ad; the title stays as it is in whatever language it has."""
    phrase = PHRASES[language]
    place = place_of(posting, language)
    salary = salary_of(posting, language)
    title = shorten(posting.title, 120)
    lines = [
        phrase["who" if posting.company else "what"].format(company=posting.company, title=title),
        phrase["where"].format(place=place) if place else "",
        phrase["pay"].format(salary=shorten(salary, 60)) if salary else "",
        phrase["how"],
    ]
    return Words(
        headline=cut(posting.title, HEADLINE_WIDTH, posting.language or "es")
        or shorten(posting.title, HEADLINE_WIDTH),
        primary_text="\n".join(line for line in lines if line),
        description=shorten(place or posting.company or phrase["short"], DESCRIPTION_WIDTH),
    )


def salary_of(posting: Posting, language: str) -> str | None:
    """The employer's own words, long numbers grouped as people read them; none where there is no amount."""
    if not (posting.salary_text and (posting.salary_min or posting.salary_max)):
        return None
    mark = "," if language == "en" else "."
    return _LONG_NUMBER.sub(lambda one: f"{int(one.group()):,}".replace(",", mark), posting.salary_text)


def place_of(posting: Posting, language: str) -> str | None:
    """Where the job is, as an ad says it."""
    return (
        posting.city or posting.region or (PHRASES[language]["remote"] if posting.remote else posting.place)
    )
