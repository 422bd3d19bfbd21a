"""Twenty-five spellings of "full time" into one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# The first pattern that fits wins: an internship full time is an internship.
KINDS = (
    (r"\b(interns?|internship|practicas?|pasantia|pasante|becari[oa]s?|beca|aprendiz|apprentice)\b",
     "internship"),
    (r"\b(volunteer|voluntari[oa])\b", "volunteer"),
    (r"\b(per ?diem)\b", "per_diem"),
    (r"\b(temporary|temp|temporal|fixed term|cdd|obra labor|seasonal|eventual|termino fijo)\b", "temporary"),
    (r"\b(contract|contractor|subcontractor|freelancer?|prestacion servicios|autonomo)\b", "contract"),
    (r"\b(part ?time|media jornada|medio tiempo|tiempo parcial|jornada parcial)\b", "part_time"),
    (r"\b(full ?time|jornada completa|tiempo completo|completa)\b", "full_time"),
)  # fmt: skip
_COMPILED = [(re.compile(pattern), kind) for pattern, kind in KINDS]
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=4096)
def employment_type(text: str) -> str | None:
    """full_time, part_time, contract, temporary, internship, volunteer, per_diem, or None."""
    spaced = _CAMEL.sub(" ", text)
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"\b(?:de|por|a|y|o)\b", " ", re.sub(r"[\W_]+", " ", plain))
    words = " ".join(words.split())
    return next((kind for pattern, kind in _COMPILED if pattern.search(words)), None)
