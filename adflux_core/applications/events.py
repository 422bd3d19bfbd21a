"""From a row as found to an event: whose application, which step, when, and by which click. No person."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from adflux_core.applications.columns import step_of
from adflux_core.applications.moments import read_moment
from adflux_core.campaigns.links import find_click_id, is_signed
from adflux_core.intake.records import Bad, Found

LONGEST = 5000  # of any field; what is longer has slipped into the wrong column
KEY = 16  # bytes
_FLOAT_ID = re.compile(r"(\d+)\.0+", re.ASCII)


class Event(NamedTuple):
    """One row, as `ApplicationEvent` keeps it; `clicked_at` is None where nobody noted the click."""

    line: int
    application: bytes
    step: str
    at: datetime
    click_id: str
    clicked_at: datetime | None
    verdict: str


class EventMaker:
    """Makes the events of one file. `secret` hashes ids; any of `signing` may have signed a click id.

    What a row says is in none of the reasons against it: it may be a person's.
    """

    def __init__(self, source: str, secret: bytes, signing: Sequence[bytes], language: str | None) -> None:
        self._source, self._secret, self._signing = source, secret, signing
        self._order = "dmy" if language == "es" else None

    def event(self, found: Found) -> Event | Bad:
        """The event, or why the row is none."""
        line, fields = found
        if max(map(len, fields.values()), default=0) > LONGEST:
            return Bad(line, f"a field has more than {LONGEST} characters", "")
        named = _named(fields)
        if named is None:
            return Bad(line, "no id of an application or an applicant", "")
        step = step_of(fields.get("step", ""))
        if step is None:
            said = fields.get("step", "").strip()
            return Bad(line, "a step that is none of the funnel" if said else "no step", "")
        at = read_moment(fields.get("at", ""), self._order)
        if at is None:
            said = fields.get("at", "").strip()
            return Bad(line, "a date that cannot be read for certain" if said else "no date", "")
        click_id, verdict = self._click(fields.get("click_id", "").strip())
        clicked_at = read_moment(fields.get("clicked_at", ""), self._order)
        return Event(
            line, self._hash("application", self._source, named), step, at, click_id, clicked_at, verdict
        )

    def _click(self, text: str) -> tuple[str, str]:
        """The click id and the verdict on it; one of somebody else's becomes a hash."""
        if found := find_click_id(text):
            return found, "signed" if is_signed(found, self._signing) else "forged"
        if not text or ("://" in text and "?" not in text):  # nothing, or a page's bare address
            return "", "none"
        return self._hash("click", text).hex(), "foreign"

    def _hash(self, *parts: str) -> bytes:
        named = "\x1f".join(("adflux", *parts)).encode("utf-8", "replace")
        return hmac.digest(self._secret, named, sha256)[:KEY]


def _named(fields: Mapping[str, str]) -> str | None:
    """What the file calls the application: by its id, or by the applicant and the job."""
    if own := _id(fields.get("application_id", "")):
        return own
    applicant = _id(fields.get("applicant_id", "")).casefold()
    return f"{applicant}\x1f{_id(fields.get('job', ''))}" if applicant else None


def _id(text: str) -> str:
    text = " ".join(text.split())
    # Spreadsheets turn the id 1234 into the number 1234.0.
    return found[1] if (found := _FLOAT_ID.fullmatch(text)) else text
