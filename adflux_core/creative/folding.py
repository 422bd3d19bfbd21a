"""Text as rules compare it: no case, no accents, nothing invisible; and where each sign stood before."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# Letters of other alphabets that look like ours, as people use them to get past a filter.
LOOKALIKES = str.maketrans("авеікмноорстухԁѕјɡ", "abeikmhoopctyxdsjg")
# Digits that stand for letters ("h0mbres"), and letters that stand for digits ("3O años").
_LETTERS = str.maketrans("0134578$", "oieastbs")
_DIGITS = str.maketrans("oOlIsSbBzZ", "0011558822")
_MIXED = re.compile(r"(?=\w*\d)(?=\w*[^\W\d_])[^\W_]+")
INVISIBLE = {"Cf", "Mn", "Me", "Cc"}


class Folded(NamedTuple):
    """`text[i]` came from `original[at[i]]`."""

    text: str
    at: list[int]
    original: str

    def words(self, start: int, end: int) -> str:
        """What stood in the original where the folded text has [start, end)."""
        return self.original[self.at[start] : self.at[end - 1] + 1]


def fold(original: str) -> Folded:
    """Each sign compatibility-decomposed, without its marks, in lower case; white space is one kind."""
    text: list[str] = []
    at: list[int] = []
    for index, sign in enumerate(original):
        if sign.isascii():
            text.append(" " if sign.isspace() else sign.lower())
            at.append(index)
            continue
        for part in unicodedata.normalize("NFKD", sign):
            if unicodedata.category(part) in INVISIBLE:
                continue
            # Only what stays one sign long keeps the two in step.
            for one in " " if part.isspace() else part.lower().translate(LOOKALIKES):
                text.append(one)
                at.append(index)
    return Folded("".join(text), at, original)


def undisguised(text: str) -> str:
    """The text as long as before, with words of letters and digits read as one or the other."""

    def read(word: re.Match[str]) -> str:
        numeral = word.group().translate(_DIGITS)
        return numeral if numeral.isdecimal() else word.group().translate(_LETTERS)

    return _MIXED.sub(read, text)


def folded(text: str) -> str:
    """The folded text alone."""
    return fold(text).text
