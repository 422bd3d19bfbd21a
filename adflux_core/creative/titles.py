"""A title people can read: no shouting, no asides, no salary squeezed in, ended at a word with sense."""

from __future__ import annotations

import re
import unicodedata

from adflux_core.creative.search_words import cut

LONGEST = 70  # display units; titles beyond say more than what the job is
ACRONYMS = frozenset(
    "SAP SQL AWS ERP CRM QA UX UI IT TI HR RH SST TIC ISO NIIF BI API PHP CSS HTML NET CEO CFO CTO UCI TAT "
    "USA UK EU RN LPN CNA CDL HVAC PLC CNC SEO SEM".split()
)
# What people write around a title to be seen.
_NOISE = re.compile(
    r"(?i)\b(?:urgente?|se (?:busca|necesita|solicita|requiere)n?|(?:solicit|necesit|requer|busc)[ai]mos|"
    r"vacantes?|ofertas? de (?:empleo|trabajo)|empleo|trabaj[ae] (?:ya|con nosotros)|"
    r"contrataci[oó]n inmediata|inmediat[oa]|gran oportunidad|oportunidad laboral|"
    r"hiring(?: now| immediately)?|now hiring|urgent(?:ly)?|wanted|apply now|immediate start|job opening|"
    r"great opportunity|needed)\b\s*:?"
)
_ASIDE = re.compile(r"\([^)]*\)|\[[^]]*\]|\{[^}]*\}")
_REFERENCE = re.compile(r"(?i)(?:\b(?:ref|id|cod(?:igo|\.)?|req)\b\.?\s*[:#-]?\s*[\w-]*\d[\w-]*|#\s?\d+)")
_MONEY = re.compile(
    r"(?i)(?:[$€£]\s?[\d.,' ]+\d(?:\s?(?:k|mill\w*|cop|usd))?(?:\s*(?:-|–|a|to)\s*[$€£]?\s?[\d.,]+\d?k?)?)"
)
_PART = re.compile(r"\s[-–—|·•/]+\s|\s*[|•·]\s*|\s*[;:]\s+|\.\s+")
_LEFT_OVER = " -–—|·•,;:./*_+<>~=#\"'“”!¡¿?"


def better_title(title: str) -> str:
    """The title as an ad should say it; the same when nothing is wrong with it, empty when none is left."""
    plain = "".join(
        " " if unicodedata.category(one) in {"So", "Cc", "Cf", "Cs", "Co", "Sk"} or one in "*★!¡" else one
        for one in unicodedata.normalize("NFC", title)
    )
    bare = plain
    for noise in (_ASIDE, _REFERENCE, _MONEY, _NOISE):
        without = noise.sub(" ", bare)
        bare = without if any(sign.isalpha() for sign in without) else bare
    parts = [part.strip(_LEFT_OVER) for part in _PART.split(bare)]
    parts = [part for part in parts if part]
    first = parts[0] if parts else ""
    words = _calm(" ".join(first.split()))
    return cut(words, LONGEST).strip(_LEFT_OVER) or _at_a_word(words)


def _calm(title: str) -> str:
    """Capitals where names have them: a title all in capitals is put into small letters, acronyms stay."""
    letters = [sign for sign in title if sign.isalpha()]
    shouting = len(letters) > 4 and sum(sign.isupper() for sign in letters) > 0.7 * len(letters)
    if not shouting:
        return title
    words = [
        word if word.strip(".,()/") in ACRONYMS or any(sign.isdigit() for sign in word) else word.lower()
        for word in title.split()
    ]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def _at_a_word(title: str) -> str:
    """What `cut` has no place for, a single long word or a title full of numbers: its whole first words."""
    kept = ""
    for word in title.split():
        if len(kept) + len(word) + 1 > LONGEST:
            break
        kept = f"{kept} {word}".strip()
    return kept
