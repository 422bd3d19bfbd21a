"""The words of one ad on one platform, and how long each may be there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from adflux_core.advertising import PlatformName
from adflux_core.platforms.google_ads import limits

LANGUAGES = ("es", "en")
# Display units. Meta folds or cuts what is longer and takes it all the same; what Google has no room for, it
# refuses. Source: Meta, Image Ad Design Recommendations; Google: see `limits`.
META_SHOWS = {"headline": 40, "primary_text": 125, "description": 30}
META_TAKES = {"headline": 255, "primary_text": 2_200, "description": 255}


class Words(BaseModel):
    """A feed ad has the first three; a search ad the two lists."""

    model_config = ConfigDict(frozen=True)

    headline: str = ""
    primary_text: str = ""
    description: str = ""
    headlines: Annotated[tuple[str, ...], Field(max_length=15)] = ()
    descriptions: Annotated[tuple[str, ...], Field(max_length=4)] = ()

    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def texts(self, platform: PlatformName) -> Mapping[str, str]:
        """Each text of the ad by a name a person understands: "headline", "headlines 2"."""
        if platform is PlatformName.GOOGLE_ADS:
            lists = {"headlines": self.headlines, "descriptions": self.descriptions}
            return {f"{name} {n}": text for name, texts in lists.items() for n, text in enumerate(texts, 1)}
        parts = {part: str(getattr(self, part)) for part in META_SHOWS}
        return {name: text for name, text in parts.items() if text}


def too_long(platform: PlatformName, part: str, text: str) -> str:
    """Why the platform would refuse the text for its length; empty: it would not."""
    if platform is PlatformName.GOOGLE_ADS:
        most = limits.HEADLINE if part.startswith("headlines") else limits.DESCRIPTION
    else:
        most = META_TAKES[part]
    width = limits.width(text)
    return f"{part}: {width} > {most}" if width > most else ""


def cut_short(platform: PlatformName, part: str, text: str) -> str:
    """Why people would not see all of the text; empty: they would."""
    if platform is PlatformName.GOOGLE_ADS or limits.width(text) <= META_SHOWS[part]:
        return ""
    return f"{part}: {limits.width(text)} > {META_SHOWS[part]}"


def lacking(platform: PlatformName, words: Words) -> list[str]:
    """What the ad needs on that platform and does not have."""
    if platform is not PlatformName.GOOGLE_ADS:
        return [f"{part}: 0" for part in ("headline", "primary_text") if not getattr(words, part).strip()]
    counted = (
        ("headlines", words.headlines, limits.HEADLINES[0]),
        ("descriptions", words.descriptions, limits.DESCRIPTIONS[0]),
    )
    found = []
    for part, texts, least in counted:
        different = {limits.same_words(text) for text in texts}
        if len(different) < len(texts):
            found.append(f"{part}: {len(texts) - len(different)} ×2")
        if len(different) < least:
            found.append(f"{part}: {len(different)} < {least}")
    return found
