"""A title people can read: no shouting, no asides, no salary squeezed in, ended at a word with sense."""

from __future__ import annotations

import re
import unicodedata

from adflux_core.creative.shortening import cut

LONGEST = 70  # display units; titles beyond say more than what the job is
ACRONYMS = frozenset(
    "SAP SQL AWS ERP CRM QA UX UI IT TI HR RH SST TIC ISO NIIF BI API PHP CSS HTML NET CEO CFO CTO UCI TAT "
    "USA UK EU RN LPN CNA CDL HVAC PLC CNC SEO SEM".split()
)
# What people write around a title to be seen: anywhere, or where it begins or ends.
_NOISE = re.compile(
    r"(?i)\b(?:urgente?|se (?:busca|necesita|solicita|requiere)n?|(?:solicit|necesit|requer|busc)[ai]mos|"
    r"ofertas? de (?:empleo|trabajo)|trabaj[ae] (?:ya|con nosotros)|contrataci[oó]n inmediata|"
    r"gran oportunidad|oportunidad laboral|hiring(?: now| immediately)?|now hiring|urgent(?:ly)?|apply now|"
    r"immediate start|job opening(?: for)?|great opportunity)\b\s*:?"
)
_AT_AN_END = re.compile(
    r"(?i)^[\W_]*(?:\d{1,3}\s+(?:y\s+bolsa\s+de\s+)?(?=[^\W\d])|bolsa\s+de\s+|(?:vacantes?|empleo|wanted|needed|inmediat[oa])\b\s*:?(?:\s*(?:de|para|for)\b)?|(?:for|para)\b)|"
    r"\b(?:vacantes?|empleo|wanted|needed|inmediat[oa]|,?\s+en\s+general)[\W_]*$"
)
_ASIDE = re.compile(r"\([^)]*\)|\[[^]]*\]|\{[^}]*\}")
_REFERENCE = re.compile(r"(?i)(?:\b(?:ref|id|cod(?:igo|\.)?|req)\b\.?\s*[:#-]?\s*[\w-]*\d[\w-]*|#\s?\d+)")
_MONEY = re.compile(
    r"(?i)(?:[$€£]\s?[\d.,' ]+\d(?:\s?(?:k|mill\w*|cop|usd))?(?:\s*(?:-|–|a|to)\s*[$€£]?\s?[\d.,]+\d?k?)?)"
)
# A point after a short word ends an abbreviation and no title: Sr., Aux., Ayto.
_PART = re.compile(r"\s[-–—|·•]+\s|\s*[|•·]\s*|\s*[;:]\s+|(?<=\w{6})\.\s+")
# What an English name of a job ends with; whose it is may stand before: "Acme Labs - Research Engineer".
_JOB = re.compile(
    r"(?i)\b(?:\w+(?:er|or|ist|ian|yst|ant|ent)|lead|head|chief|intern|nurse|associate|executive|architect|cook|chef|"
    r"clerk|specialist|representative|staff|partner)s?(?:\s+(?:[ivx]+|\d))?$"
)
_LEFT_OVER = " -–—|·•,;:./*_+<>~=#\"'“”!¡¿?"


def better_title(title: str, language: str = "es") -> str:
    """The title as an ad should say it; the same when nothing is wrong with it, empty when none is left."""
    plain = "".join(
        " " if unicodedata.category(one) in {"So", "Cc", "Cf", "Cs", "Co", "Sk"} or one in "*★!¡" else one
        for one in unicodedata.normalize("NFC", title)
    )
    bare = plain
    for noise in (_ASIDE, _REFERENCE, _MONEY, _NOISE, _AT_AN_END):
        without = noise.sub(" ", bare)
        bare = without if any(sign.isalpha() for sign in without) else bare
    parts = [part.strip(_LEFT_OVER) for part in _PART.split(bare)]
    parts = [part for part in parts if part]
    named = [part for part in parts if language == "en" and _JOB.search(part)]
    first = (named or parts or [""])[0]
    words = _calm(" ".join(first.split()))
    return cut(words, LONGEST, language).strip(_LEFT_OVER) or _at_a_word(words)


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
