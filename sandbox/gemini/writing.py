"""The words of the pretended model: made of what it was given to read, the same for the same question.

It knows a job posting when a part of the question is a JSON object with a `title`, and writes an ad of it
by the names of the properties it is asked for. When it obeys the attacker it says what the text tells it to.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.gemini.schema import Shape

PHRASES = {
    "es": (
        *(
            "{title}",
            "{title} en {place}",
            "{company} busca {title}",
            "Empleo en {place}",
            "Conoce la oferta",
        ),
        *("Postúlate en línea", "Oferta de empleo", "Únete a {company}", "Vacante en {place}", "{salary}"),
    ),
    "en": (
        *("{title}", "{title} in {place}", "{company} is hiring", "Job in {place}", "See the details"),
        *("Apply online", "Job opening", "Join {company}", "Open position in {place}", "{salary}"),
    ),
}
LONG = {
    "es": (
        "{company} busca {title} en {place}. Salario: {salary}. Conoce la oferta y postúlate en línea.",
        "{company} busca {title}. Conoce la oferta y postúlate en línea.",
        "Oferta de empleo: {title}. Postúlate en línea.",
        "Conoce los detalles de la oferta y postúlate en línea.",
        "Lee la oferta de empleo completa y postúlate.",
        "Postúlate en línea a esta oferta de empleo.",
    ),
    "en": (
        "{company} is hiring: {title} in {place}. Salary: {salary}. See the details and apply online.",
        "{company} is hiring: {title}. See the details and apply online.",
        "Job opening: {title}. Apply online.",
        "See the details of the job and apply online.",
        "Read about the job opening and apply.",
        "Apply online for this job opening.",
    ),
}
ORDER = re.compile(r"[«⟦]([^»⟧]+)[»⟧]")  # what an attacker's text wants to be said
ENCODED = re.compile(r"(?:[A-Za-z0-9+/]{4}){6,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def write(shape: Shape, texts: list[str], *, obeys: bool) -> str:
    """An answer of this shape to a question of these parts, as JSON."""
    posting = next(_postings(texts), {})
    ordered = ORDER.findall(_deciphered([*texts, *map(str, posting.values())])) if obeys else []
    languages = [str(one) for one in posting.get("languages", ["es"])]
    variants = int(posting.get("variants", 1))
    written = [(language, number) for language in languages for number in range(variants)]
    answer = _value(shape, "", posting, written, languages[0], 0, ordered[-1] if ordered else "")
    return json.dumps(answer, ensure_ascii=False)


def _deciphered(texts: list[str]) -> str:
    """All of it, and what is hidden in base64, which real models read as well."""
    told = "\n".join(texts)
    hidden = (base64.b64decode(one) for one in ENCODED.findall(told))
    return "\n".join([told, *(one.decode(errors="replace") for one in hidden)])


def _postings(texts: list[str]) -> Iterator[dict[str, Any]]:
    for text in texts:
        try:
            read = json.loads(text)
        except ValueError:
            continue
        if isinstance(read, dict) and "title" in read:
            yield read


def _value(
    shape: Shape,
    name: str,
    posting: Mapping[str, Any],
    wanted: list[tuple[str, int]],
    language: str,
    number: int,
    ordered: str,
) -> Any:
    if shape.choices:
        return language if language in shape.choices else shape.choices[0]
    if shape.type == "object":
        return {
            key: _value(one, key, posting, wanted, language, number, ordered)
            for key, one in shape.properties.items()
        }
    if shape.type == "array":
        assert shape.items is not None
        if shape.items.type == "object":
            return [_value(shape.items, name, posting, [], spoken, at, ordered) for spoken, at in wanted]
        count = max(shape.least, min(shape.most or 5, 5))
        if ordered:
            return [f"{ordered} {index}"[: shape.items.most or 500] for index in range(count)]
        return _texts(shape.items.most or _width(name), posting, language, number)[:count]
    if shape.type == "string":
        if ordered:
            return ordered[: shape.most or 2000]
        return _texts(shape.most or _width(name), posting, language, number)[0]
    return {"integer": number, "number": float(number), "boolean": False}[shape.type]


def _width(name: str) -> int:
    """How long a text of that name is where the schema does not say."""
    return 30 if "headline" in name else 90 if "description" in name else 300


def _texts(most: int, posting: Mapping[str, Any], language: str, number: int) -> list[str]:
    """Different texts that fit, the best first; a variant begins with another."""
    phrases = LONG[language] if most > 60 else PHRASES[language]
    known = {key: str(posting.get(key) or "") for key in ("title", "company", "place", "salary")}
    filled = [
        phrase.format(**known)
        for phrase in phrases
        if all(value for key, value in known.items() if f"{{{key}}}" in phrase)
    ]
    fitting = list(dict.fromkeys(text for text in filled if text and len(text) <= most))
    turn = number % max(1, len(fitting))
    return fitting[turn:] + fitting[:turn]
