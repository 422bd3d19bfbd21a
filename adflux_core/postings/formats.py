"""The formats postings come in, and how each is recognised by what is inside."""

from __future__ import annotations

import re
from enum import StrEnum

from adflux_core.intake.records import UnreadableError


class PostingFormat(StrEnum):
    """What `--format` takes; without it the content decides, never the file's name."""

    CSV = "csv"
    INDEED_XML = "indeed-xml"
    JSON_LD = "json-ld"
    RSS = "rss"
    GREENHOUSE = "greenhouse"
    LEVER = "lever"
    ASHBY = "ashby"


# The first key found decides. Boards first: their descriptions may well quote the others.
JSON_SIGNS = {
    rb'"absolute_url"\s*:': PostingFormat.GREENHOUSE,
    rb'"jobUrl"\s*:': PostingFormat.ASHBY,
    rb'"(?:hostedUrl|allLocations)"\s*:': PostingFormat.LEVER,
    rb'"@(?:type|context|graph)"\s*:': PostingFormat.JSON_LD,
    rb'"apiVersion"\s*:': PostingFormat.ASHBY,  # a board without openings
    rb'"jobs"\s*:\s*\[\s*\]': PostingFormat.GREENHOUSE,
}
_JSON_LD_SCRIPT = re.compile(rb"""<script[^>]{0,200}application/ld\+json""", re.IGNORECASE)
_ROOT = re.compile(rb"<([A-Za-z_][\w:.-]*)")


def detect(head: bytes) -> PostingFormat:
    """The format of a file that begins with `head` (clean UTF-8). Raises UnreadableError with the choices."""
    start = head.lstrip()[:1]
    if start == b"<":
        return _markup(head)
    if start in {b"{", b"["}:
        for sign, kind in JSON_SIGNS.items():
            if re.search(sign, head):
                return kind
        raise UnreadableError(
            "is JSON, but no board and no JSON-LD that is known: choose --format greenhouse, lever, "
            "ashby or json-ld"
        )
    return PostingFormat.CSV


def _markup(head: bytes) -> PostingFormat:
    root = _ROOT.search(head)
    name = root[1].decode("ascii", "replace").lower() if root else ""
    if name == "rss":
        return PostingFormat.RSS
    if name == "source":
        return PostingFormat.INDEED_XML
    if _JSON_LD_SCRIPT.search(head):
        return PostingFormat.JSON_LD
    raise UnreadableError(
        f"is XML or HTML with <{name}> at its root: an Indeed feed has <source>, RSS has <rss>, a page "
        "has a script of type application/ld+json"
    )
