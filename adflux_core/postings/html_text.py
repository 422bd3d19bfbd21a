"""HTML to text a person can read: paragraphs, lists with dashes, entities resolved, no markup left."""

from __future__ import annotations

import re
from html import unescape

# Tags that prove a text is HTML; "a < b" and "<nombre>" do not.
_KNOWN = (
    "p|br|div|span|ul|ol|li|strong|em|b|i|u|s|h[1-6]|a|table|thead|tbody|tfoot|tr|td|th|img|hr|font|section|"
    "article|header|footer|blockquote|pre|code|small|sup|sub|html|body|head|script|style|meta|link|title|center|"
    "iframe|figure|main|nav|dl|dt|dd|label|input|button|form|svg|path|o:p|del|ins|mark|time|address"
)
_TAG = re.compile(rf"</?(?:{_KNOWN})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_DROPPED = re.compile(
    r"<(script|style|head|template)(?=[\s>]).*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE
)
# Each run stops at the next "<", so a hostile text costs no more than its length.
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*'|[\"'])*+>")
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_UNFINISHED = re.compile(rf"</?(?:{_KNOWN})(?:\s[^<>]*)?\Z", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_LINES = frozenset(
    "p div br ul ol tr table h1 h2 h3 h4 h5 h6 section article header footer blockquote pre hr dl dt dd "
    "figure main nav form address title".split()
)
_PARAGRAPHS = frozenset("p ul ol table h1 h2 h3 h4 h5 h6 blockquote".split())


def to_text(raw: str) -> str:
    """Plain text stays as it is, apart from entities and trailing space."""
    if "<" not in raw and "&" not in raw:
        return _tidy(raw) if "\r" in raw or "\xa0" in raw else raw.strip()
    text = raw
    if not _TAG.search(text) and "&" in text:
        opened = unescape(text)
        # Escaped twice: what lies below is HTML. Otherwise "&lt;" was meant as a sign.
        text = opened if _TAG.search(opened) else text
    if _TAG.search(text):
        text = _strip(text)
    if "&" in text:
        text = unescape(text)
        if _ENTITY.search(text):
            text = unescape(text)
        if _TAG.search(text):
            text = _strip(text)
    return _tidy(text)


def one_line(raw: str) -> str:
    """For titles and names: text without line breaks or doubled spaces."""
    if "<" in raw or "&" in raw:
        raw = to_text(raw)
    return " ".join(raw.split())


def _strip(text: str) -> str:
    text = _DECLARATION.sub("", _DROPPED.sub(" ", text))
    text = _ANY_TAG.sub(_replacement, text)
    # Removing one tag can join the halves of another ("<b<b>>"). Nobody writes that by accident thrice.
    for _ in range(3):
        text = _TAG.sub("", text)
    if _TAG.search(text):
        text = text.replace("<", " ")
    return _UNFINISHED.sub("", text)


def _replacement(tag: re.Match[str]) -> str:
    closing, name = tag[1], tag[2].lower()
    if name == "li":
        return "" if closing else "\n- "
    if name in _PARAGRAPHS:
        return "\n\n"
    if name in _LINES:
        return "\n"
    return " " if name in {"td", "th", "img"} else ""


def _tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    text = re.sub(r"[ \t]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    text = re.sub(r"\n-(?:[ \n]+)(?=\S)", "\n- ", text)
    text = re.sub(r"\n{2,}- ", "\n- ", text)
    text = re.sub(r"\n{3,}", "\n\n", text)
    return text.strip()
