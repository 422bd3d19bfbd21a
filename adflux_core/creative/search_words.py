"""The words of a search ad, and what people search for who should see it: from the posting alone.

A search ad is put together by the platform from several short texts, so each stands for itself. What does not
fit is left out, or ends at a word; an amount is never cut, and no name either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from adflux_core.advertising import Creative
from adflux_core.creative.shortening import DANGLING, cut
from adflux_core.creative.template import salary_of
from adflux_core.platforms.google_ads import limits
from adflux_core.schema.postings import Posting

SOURCE = "search/1"
MOST_KEYWORDS = 12
LONGEST_SEARCH = 6  # words of a title; nobody types more

HEADLINES: Mapping[str, tuple[str, ...]] = {
    "es": (
        *("{title}", "{title} en {city}", "{company}", "{company} busca personal", "Empleo en {city}"),
        *("{remote}", "Salario: {salary}", "Postúlate en línea", "Oferta de empleo", "Conoce la oferta"),
    ),
    "en": (
        *("{title}", "{title} in {city}", "{company}", "{company} is hiring", "Job in {city}"),
        *("{remote}", "Salary: {salary}", "Apply online", "Job opening", "See the details"),
    ),
}
DESCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "es": (
        *("{company} busca: {title}.", "Salario: {salary}."),
        *("Lugar: {place}. Conoce la oferta y postúlate en línea.", "Oferta de empleo: {title}."),
        "Conoce la oferta de empleo y postúlate en línea.",
        "Lee todos los detalles de la oferta antes de postularte.",
    ),
    "en": (
        *("{company} is hiring: {title}.", "Salary: {salary}."),
        *("Location: {place}. See the details and apply online.", "Job opening: {title}."),
        "See the details of the job and apply online.",
        "Read all the details of the job before you apply.",
    ),
}
REMOTE = {"es": "Trabajo remoto", "en": "Remote work"}
# With a word that says it is about work: the title alone is also what students and the curious search for.
SEARCHES: Mapping[str, tuple[str, ...]] = {
    "es": (
        *("empleo de {title}", "trabajo de {title}", "trabajo {title}", "vacante {title}"),
        *("oferta de empleo {title}", "empleo {title} {place}", "trabajo {title} en {place}"),
        *("{title} {place}", "vacantes {title} {place}"),
    ),
    "en": (
        *("{title} jobs", "{title} job", "{title} vacancy", "{title} job opening"),
        *("{title} jobs in {place}", "{title} {place}", "{title} jobs {place}"),
    ),
}
REMOTE_SEARCHES: Mapping[str, tuple[str, ...]] = {
    "es": ("trabajo remoto {title}", "empleo remoto {title}"),
    "en": ("remote {title} jobs", "{title} remote job"),
}
_AMOUNT = re.compile(r"\d{4}|\d[.,]\d")
_ASIDE = re.compile(r"\([^)]*\)|\[[^]]*\]")
_BOTH_GENDERS = re.compile(r"(?<=\w)/(?:as?|os?|es|ra|ras)\b", re.IGNORECASE)
_SEARCHED = re.compile(r"[^\w\s+#&.'-]|_")


def write_search_ad(posting: Posting, language: str | None = None) -> Creative:
    """The ad of a posting that has a title and an apply link; the same posting gives the same words.

    `language` is by default the posting's own.
    """
    language = language or _language(posting)
    parts = _parts(posting, language)
    headlines = _texts(HEADLINES[language], parts, limits.HEADLINE, limits.HEADLINES[1])
    descriptions = _texts(DESCRIPTIONS[language], parts, limits.DESCRIPTION, limits.DESCRIPTIONS[1])
    return Creative(
        language=language,
        headline=headlines[0],
        primary_text=descriptions[0],
        description="",
        link=posting.apply_url or "",
        image=b"",
        source=SOURCE,
        headlines=tuple(headlines),
        descriptions=tuple(descriptions),
    )


def keywords_of(posting: Posting) -> tuple[str, ...]:
    """Phrases for the search, in the posting's language; none when the title has no words to search for."""
    language = _language(posting)
    title = _searched(posting.title)
    if not any(one.isalpha() for one in title):
        return ()
    parts = {"title": title, "place": _searched(posting.city or posting.region or "")}
    phrases = SEARCHES[language] + (REMOTE_SEARCHES[language] if posting.remote else ())
    filled = (_filled(phrase, parts) for phrase in phrases)
    fitting = [
        text
        for text in filled
        if text and len(text) <= limits.KEYWORD and len(text.split()) <= limits.KEYWORD_WORDS
    ]
    return tuple(_different(fitting)[:MOST_KEYWORDS])


def _language(posting: Posting) -> str:
    return "en" if posting.language == "en" else "es"


def _parts(posting: Posting, language: str) -> dict[str, str]:
    place = posting.city or posting.region or (REMOTE[language] if posting.remote else posting.place)
    remote = REMOTE[language] if posting.remote else None
    given = {
        "title": posting.title,
        "place": place,
        "city": None if place == remote else place,  # nobody works in remote work
        "remote": remote,
        "company": posting.company,
        "salary": salary_of(posting, language),
    }
    plain = {name: _plain(text or "") for name, text in given.items()}
    return plain | {"language": _language(posting)}


def _texts(phrases: Iterable[str], parts: Mapping[str, str], width: int, most: int) -> list[str]:
    """Each phrase whose parts are known and that fits; a title alone may lose its end."""
    found = []
    for phrase in phrases:
        text = _filled(phrase, parts)
        if text and limits.width(text) > width and phrase.endswith(("{title}", "{title}.")):
            room = width - limits.width(phrase.format_map({**parts, "title": ""}))
            title = cut(parts["title"], room, parts["language"])
            text = phrase.format_map({**parts, "title": title}) if title else ""
        if text and limits.width(text) <= width:
            found.append(text)
    return _different(found)[:most]


def _filled(phrase: str, parts: Mapping[str, str]) -> str:
    """Empty when the posting lacks what the phrase speaks of."""
    lacking = any(f"{{{name}}}" in phrase and not text for name, text in parts.items())
    return "" if lacking else phrase.format_map(parts)


def _different(texts: Iterable[str]) -> list[str]:
    by_words: dict[str, str] = {}
    for text in texts:
        by_words.setdefault(limits.same_words(text), text)
    return list(by_words.values())


def _plain(text: str) -> str:
    """Without what Google takes for shouting, or, between braces, for an order to fill something in."""
    kept = "".join(
        " " if unicodedata.category(one) in {"So", "Cc", "Cf", "Cs", "Co"} or one in "!¡*{}" else one
        for one in unicodedata.normalize("NFC", text)
    )
    return " ".join(kept.split())


def _searched(text: str) -> str:
    """As somebody types it: no asides, no second ending after a slash, no signs."""
    bare = _BOTH_GENDERS.sub("", _ASIDE.sub(" ", unicodedata.normalize("NFC", text)))
    first = re.split(r"\s[-–|·]\s|[,;:|$€£]", bare)[0]
    words = [word.strip(".'-").lstrip("+&") for word in _SEARCHED.sub(" ", first).lower().split()]
    kept = [word for word in words if word and not _AMOUNT.search(word)][:LONGEST_SEARCH]
    while kept and kept[-1] in DANGLING:
        kept.pop()
    return " ".join(kept)
