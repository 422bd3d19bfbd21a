"""Names and descriptions of segments in Spanish and English, from traits that at least ten people share."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from adflux_core.segmentation.profiles import Trait
from adflux_core.segmentation.space import GRADES

LANGUAGES = ("es", "en")
# Feature: what it is called, and what its high and its low end are.
NUMBERS = {
    "es": {
        "years_experience": ("años de experiencia", "experiencia larga", "poca experiencia"),
        "relevant_experience": (
            "experiencia relevante",
            "con experiencia relevante",
            "sin experiencia relevante",
        ),
        "education": ("nivel educativo", "estudios altos", "estudios básicos"),
        "seniority": ("nivel del cargo", "cargos altos", "cargos iniciales"),
        "employer_size": ("tamaño de la empresa", "empresas grandes", "empresas pequeñas"),
        "years_since_change": ("años sin cambiar", "estables en su empleo", "cambio reciente de empleo"),
        "training_hours": ("horas de formación", "mucha formación", "poca formación"),
        "hours_per_week": ("horas por semana", "jornada amplia", "jornada corta"),
        "salary_expectation": ("aspiración salarial", "aspiración alta", "aspiración baja"),
        "availability_days": ("días hasta estar disponible", "disponibles más tarde", "disponibles pronto"),
    },
    "en": {
        "years_experience": ("years of experience", "long experience", "little experience"),
        "relevant_experience": (
            "relevant experience",
            "with relevant experience",
            "without relevant experience",
        ),
        "education": ("education", "higher education", "basic education"),
        "seniority": ("seniority", "senior roles", "junior roles"),
        "employer_size": ("size of employer", "large employers", "small employers"),
        "years_since_change": ("years since last change", "long in their job", "recently changed job"),
        "training_hours": ("training hours", "much training", "little training"),
        "hours_per_week": ("hours a week", "long hours", "short hours"),
        "salary_expectation": ("salary expectation", "high expectation", "low expectation"),
        "availability_days": ("days until available", "available later", "available soon"),
    },
}
WORDS = {
    "es": {
        "field_of_study": "estudios de {word}", "studying": "{word}", "occupation": "{word}",
        "sector": "sector {word}", "skills": "{word}", "languages": "idioma {word}", "country": "{word}",
        "region": "{word}", "city": "{word}",
    },
    "en": {
        "field_of_study": "studied {word}", "studying": "{word}", "occupation": "{word}",
        "sector": "{word} sector", "skills": "{word}", "languages": "speaks {word}", "country": "{word}",
        "region": "{word}", "city": "{word}",
    },
}  # fmt: skip
STUDYING = {
    "es": {"no": "no estudian", "yes": "estudian", "full_time": "estudian a tiempo completo",
           "part_time": "estudian a tiempo parcial"},
    "en": {"no": "not studying", "yes": "studying", "full_time": "study full time",
           "part_time": "study part time"},
}  # fmt: skip
AVERAGE = {"es": "Perfil medio", "en": "Average profile"}
SENTENCES = {
    "es": ("Se distinguen por: {traits}.", "{word} ({share} %; {lift} veces lo general)",
           "{name}: mediana {median}, en general {everybody}", "Se parecen a la base en general."),
    "en": ("What sets them apart: {traits}.", "{word} ({share} %; {lift} times as frequent as overall)",
           "{name}: median {median}, overall {everybody}", "They resemble the base as a whole."),
}  # fmt: skip
# A word that could be somebody's address or number is not said, however many share it.
_PERSONAL = re.compile(r"@|\d{5,}|https?:", re.IGNORECASE)


def name_of(traits: Sequence[Trait], language: str, taken: Collection[str]) -> str:
    """The two or three strongest traits, one of each feature; numbered where another has the name."""
    said = list({trait.feature: _short(trait, language) for trait in reversed(_sayable(traits))}.values())[
        ::-1
    ]
    for length in range(2, len(said) + 1):
        name = _capital(" · ".join(said[:length]))
        if name not in taken and length >= min(2, len(said)):
            return name
    name = _capital(" · ".join(said[:3])) or AVERAGE[language]
    return next(
        one for one in (name, *(f"{name} ({number})" for number in range(2, 1000))) if one not in taken
    )


def description_of(traits: Sequence[Trait], language: str) -> str:
    """One sentence on what sets the segment apart."""
    whole, word, number, none = SENTENCES[language]
    parts = [
        word.format(
            word=_short(trait, language),
            share=round((trait.share or 0) * 100),
            lift=_written(trait.lift or 0, language),
        )
        if trait.word
        else number.format(
            name=NUMBERS[language][trait.feature][0],
            median=_measured(trait.feature, trait.median or 0, language),
            everybody=_measured(trait.feature, trait.everybody or 0, language),
        )
        for trait in _sayable(traits)[:5]
    ]
    return whole.format(traits="; ".join(parts)) if parts else none


def _sayable(traits: Sequence[Trait]) -> list[Trait]:
    return [trait for trait in traits if not trait.word or not _PERSONAL.search(trait.word)]


def _short(trait: Trait, language: str) -> str:
    if trait.word is None:
        _, high, low = NUMBERS[language][trait.feature]
        return high if trait.above else low
    word = STUDYING[language].get(trait.word, trait.word) if trait.feature == "studying" else trait.word
    return WORDS[language][trait.feature].format(word=word)


def _measured(feature: str, value: float, language: str) -> str:
    grades = GRADES.get(feature)
    return _written(value, language) + (f"/{len(grades) - 1}" if grades else "")


def _written(value: float, language: str) -> str:
    whole = f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"
    return whole.translate(str.maketrans(",.", ".,")) if language == "es" else whole


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
