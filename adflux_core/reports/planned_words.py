"""The words that a plan would take for a posting, before there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adflux_core.advertising import Creative, PlatformName
from adflux_core.campaigns.drafting import words_for
from adflux_core.reports.asking import reading
from adflux_core.schema.postings import Posting


@dataclass(frozen=True)
class PlannedWords:
    """An ad as a plan of now would have it, with the searches that show it where there are any."""

    creative: Creative
    keywords: Sequence[str]


def planned_words(posting_id: int, platform: str, segment_id: int | None) -> PlannedWords | None:
    """Those somebody approved, else the template's. None: no posting, or none with a page to lead to."""
    with reading() as session:
        posting = session.get(Posting, posting_id)
        if posting is None or not (posting.apply_url or "").startswith(("https://", "http://")):
            return None
        found = words_for(session, posting, PlatformName(platform), segment_id)
    return PlannedWords(found["creative"], found.get("keywords", ()))
