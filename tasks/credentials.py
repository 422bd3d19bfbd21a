"""Credentials are asked until when they are valid, so that somebody hears of it in time."""

from __future__ import annotations

from datetime import datetime

from adflux_core.advertising import PlatformName
from adflux_core.alerts import credentials
from tasks.kinds import external_call


@external_call("note expiry", "note expiry of {platform}")
def note_expiry(platform: PlatformName) -> datetime | None:
    return credentials.note_expiry(platform)
