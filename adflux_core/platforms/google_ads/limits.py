"""How long the words of a Google search ad may be, and how Google measures them.

Source: Google Ads API, Create Responsive Search Ads; CriterionError for keywords. That characters of East
Asian width count twice is told by Google's help centre.
"""

from __future__ import annotations

import unicodedata

HEADLINE, DESCRIPTION = 30, 90  # display units
HEADLINES, DESCRIPTIONS = (3, 15), (2, 4)  # at least, at most
KEYWORD, KEYWORD_WORDS = 80, 10
NAME_BYTES = 255


def width(text: str) -> int:
    """Display units of the composed form: a wide character is two, whatever else stands there is one."""
    composed = unicodedata.normalize("NFC", text)
    return sum(2 if unicodedata.east_asian_width(one) in {"W", "F"} else 1 for one in composed)


def same_words(text: str) -> str:
    """What two texts have in common that differ only in case, accents or spaces."""
    bare = "".join(
        one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one)
    )
    return " ".join(bare.split())
