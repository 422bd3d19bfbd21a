"""Every word on the screen: English in the code is the key, the catalogues under `locale/` say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import streamlit as st
from babel import Locale
from babel.messages.pofile import read_po

LANGUAGES = {"es": "Español", "en": "English"}
LOCALES = {"es": Locale("es", "CO"), "en": Locale("en", "US")}
HOME = "es"
CATALOGUES = Path(__file__).parent / "locale"

LONGEST_TITLE = 120
# Streamlit makes a link of a bare address, escaped or not; something invisible in it keeps it text.
_ADDRESS = re.compile(r"https?:(?=//)|www(?=\.)", re.IGNORECASE)

_spoken: ContextVar[str | None] = ContextVar("_spoken", default=None)
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&])")


@contextmanager
def in_one_language() -> Iterator[None]:
    """Inside, the session is asked for its language once, and not for each of a thousand words."""
    token = _spoken.set(language())
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """The language of this session: Spanish until somebody chooses."""
    known = _spoken.get()
    if known is not None:
        return known
    chosen = st.session_state.get("language", HOME)
    return chosen if chosen in LANGUAGES else HOME


def locale() -> Locale:
    """How this session writes numbers and dates."""
    return LOCALES[language()]


def say(text: str, **values: object) -> str:
    """The words for `text` in the session's language, with `values` filled in."""
    return said_in(language(), text, **values)


def said_in(code: str, text: str, **values: object) -> str:
    """The same in that language: before somebody is let in there is no session that knows it."""
    return catalogue(code).get(text, text).format(**values)


def many(one: str, more: str, count: int, shown: str) -> str:
    """`one` or `more` of something; `shown` is the number as people write it, for `{count}`."""
    return say(one if count == 1 else more, count=shown)


def mark(text: str) -> str:
    """`text` itself: it is said later, and a test must find it now."""
    return text


def plain(text: str | None) -> str:
    """Somebody else's words, safe inside Markdown: they stay text, never a picture, link or formula."""
    line = _ADDRESS.sub("\\g<0>\N{WORD JOINER}", " ".join((text or "").split()))
    return _MARKUP.sub(r"\\\1", line)


def brief(text: str | None) -> str:
    """Somebody else's title in one line: whatever a feed brings, the page around it stays usable."""
    line = " ".join((text or "").split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rstrip()}…"


@cache
def catalogue(code: str) -> dict[str, str]:
    """The translations of one language, by English text."""
    with (CATALOGUES / code / "LC_MESSAGES" / "adflux.po").open("rb") as file:
        return {
            str(message.id): str(message.string) for message in read_po(file) if message.id and message.string
        }
