"""What a posting says, in the form that claims are held against: passages, numbers, words.

From where a posting begins to speak to a program, nothing of it counts: whoever wrote that wants ads to say
what the employer did not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from adflux_core.creative.folding import folded
from adflux_core.creative.quantities import Quantity, quantities
from adflux_core.creative.rules import check
from adflux_core.schema.postings import Posting

LONGEST = 20_000  # signs of a description that are read; beyond it nobody would advertise from
# What somebody else is made to say is nothing the employer says of the job.
QUOTED = re.compile(r"[«“\"][^«»“”\"]{20,}[»”\"]")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
REMOTE = "trabajo remoto, remote work"
PERIODS = {
    "hour": "por hora, hourly",
    "day": "por día, daily",
    "week": "semanal, weekly",
    "month": "mensual, monthly",
    "year": "anual, yearly",
}
EMPLOYMENT = {
    "full_time": "tiempo completo, full time",
    "part_time": "medio tiempo, part time",
    "temporary": "temporal, temporary",
    "contract": "contrato, contract",
    "internship": "práctica, internship",
}


@dataclass(frozen=True)
class Passage:
    """A sentence of the posting and the field it stands in."""

    field: str
    text: str

    @cached_property
    def folded(self) -> str:
        return folded(self.text)

    @cached_property
    def quantities(self) -> list[Quantity]:
        return quantities(self.text)


@dataclass(frozen=True)
class Evidence:
    """All of a posting that may be claimed."""

    title: str
    language: str
    passages: tuple[Passage, ...]
    tampered: bool  # the posting speaks to a program somewhere

    @cached_property
    def words(self) -> dict[str, Passage]:
        """Each word of four letters and more by its beginning, shorter ones whole: where it is said first."""
        found: dict[str, Passage] = {}
        for passage in self.passages:
            for word in WORD.findall(passage.folded):
                found.setdefault(beginning(word), passage)
                for part in re.split(r"['’-]", word):
                    found.setdefault(beginning(part), passage)
        return found


def beginning(word: str) -> str:
    """What the forms of a word have in common, roughly: vendedor, vendedora, vendedores."""
    return word[: max(4, min(len(word) - 2, 7))]


def evidence_of(posting: Posting) -> Evidence:
    """Every claimable passage of a posting."""
    passages: list[Passage] = []
    tampered = False
    given = (
        ("title", posting.title),
        ("company", posting.company),
        ("place", posting.place),
        ("place", posting.city),
        ("place", posting.region),
        ("place", REMOTE if posting.remote else None),
        ("salary", posting.salary_text),
        ("salary", PERIODS.get(posting.salary_period or "")),
        ("employment", EMPLOYMENT.get(posting.employment_type or "")),
        ("salary", _amounts(posting)),
        *(("description", part) for part in sentences((posting.description or "")[:LONGEST])),
    )
    for field, text in given:
        if not text:
            continue
        if _speaks_to_a_program(text):
            tampered = True
            if field == "description":
                break
            continue
        passages.append(Passage(field, QUOTED.sub(" ", text) if field == "description" else text))
    return Evidence(posting.title, "en" if posting.language == "en" else "es", tuple(passages), tampered)


def sentences(text: str) -> list[str]:
    """The text in sentences and list items; marks inside numbers end none."""
    return [part.strip() for part in re.split(r"\n+|(?<=[.!?;])\s+(?=\S)", text) if part.strip()]


def _amounts(posting: Posting) -> str | None:
    amounts = dict.fromkeys(amount for amount in (posting.salary_min, posting.salary_max) if amount)
    currency = posting.salary_currency or "$"
    return ", ".join(f"{currency} {amount.normalize():f}" for amount in amounts) or None


def _speaks_to_a_program(text: str) -> bool:
    return any(check(text, language, only="instruction") for language in ("es", "en"))
