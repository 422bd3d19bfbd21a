"""Words of a candidate's file into one vocabulary: education, seniority, yes and no, lists, contacts."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from adflux_core.intake.place_names import plain

LONGEST_WORD = 60
MOST_LISTED = 100
# Each level by the beginnings of the words for it, the highest first; a bare digit is the coding of surveys.
EDUCATION = {
    "doctorate": "doctor phd 5",
    "master": "master maestria magister posgrado postgrado especializ mba graduateschool 4",
    "bachelor": "bachelor graduate profesional universitari pregrado licenciad ingenier college degree 3",
    "technical": "tecnic tecnolog technical associate vocational sena 2",
    "secondary": "highschool secundari bachiller bachillerato secondary 1",
    "primary": "primary primari basica elementary",
    "none": "ningun none sinestudios",
}
SENIORITY = {
    "director": "director vicepresident vp chief gerentegeneral 5",
    "lead": "lead lider jefe manager gerente coordinador supervis principal 4",
    "senior": "senior sr experto 3",
    "mid": "mid semi pleno intermedi ssr 2",
    "junior": "junior jr auxiliar entry 1",
    "intern": "intern practicante aprendiz trainee pasante",
}
_YES = frozenset("true 1 yes y si s x verdadero acepta autoriza".split())
_NO = frozenset("false 0 no n falso".split())
_SEPARATOR = re.compile(r"[,;|/\n\u2022]+")
_NOT_WORD = re.compile(r"[\W_]+")
_EMAIL = re.compile(r"[^\s@\"<>,;:]+@[^\s@\"<>,;:.]+(?:\.[^\s@\"<>,;:.]+)+")
_MOBILE_CO = re.compile(r"3\d{9}")


@lru_cache(maxsize=8192)
def read_level(text: str, levels: str) -> str | None:
    """The education ("education") or seniority ("seniority") that a text names; None where it names none."""
    folded = _NOT_WORD.sub("", plain(text))
    if not folded:
        return None
    table = EDUCATION if levels == "education" else SENIORITY
    for level, beginnings in table.items():
        for beginning in beginnings.split():
            if folded == beginning or (len(beginning) > 1 and folded.startswith(beginning)):
                return level
    return next(
        (
            level
            for level, beginnings in table.items()
            for beginning in beginnings.split()
            if len(beginning) > 3 and beginning in folded
        ),
        None,
    )


@lru_cache(maxsize=8192)
def read_flag(text: str) -> bool | None:
    """Yes or no, by the first word: "Sí, acepto", "Has relevant experience", "No"."""
    first = _NOT_WORD.sub(" ", plain(text)).split()[:1]
    if not first:
        return None
    if first[0] in _YES or first[0].startswith(("has", "tiene", "con")):
        return True
    return False if first[0] in _NO or first[0] in {"sin", "without"} else None


@lru_cache(maxsize=8192)
def read_studying(text: str) -> str | None:
    """full_time, part_time, yes or no."""
    folded = plain(text)
    if "part" in folded or "parcial" in folded:
        return "part_time"
    if "full" in folded or "complet" in folded:
        return "full_time"
    flag = read_flag(text.replace("_", " "))
    return None if flag is None else ("no", "yes")[flag]


@lru_cache(maxsize=65536)
def one_word(text: str) -> str | None:
    """One name of a kind, in small letters, for comparing; None when there is nothing or too much."""
    word = " ".join(unicodedata.normalize("NFC", text).lower().split())
    return word if 0 < len(word) <= LONGEST_WORD and word not in {"-", "n/a", "na", "none", "null"} else None


@lru_cache(maxsize=65536)
def read_list(text: str) -> list[str] | None:
    """Skills or languages, each once, in order; None when there are none."""
    words = dict.fromkeys(word for part in _SEPARATOR.split(text) if (word := one_word(part)))
    return list(words)[:MOST_LISTED] or None


def read_email(text: str) -> str | None:
    """An address in its normal form; None where it is none."""
    address = unicodedata.normalize("NFC", text).strip().strip("<>").lower()
    return address if len(address) <= 254 and _EMAIL.fullmatch(address) else None


def read_phone(text: str, country: str | None) -> str | None:
    """Digits with the country's code where it is known (a Colombian mobile shows itself); None otherwise.

    A number of one repeated digit is somebody's mask, not a number.
    """
    digits = re.sub(r"\D", "", text, flags=re.ASCII)
    digits = digits.removeprefix("00")
    if country in {None, "CO"} and _MOBILE_CO.fullmatch(digits):
        digits = f"57{digits}"
    return digits if 7 <= len(digits) <= 15 and len(set(digits)) > 1 else None
