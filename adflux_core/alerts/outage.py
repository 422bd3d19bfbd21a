"""What is told when the database cannot keep the record: a file says when, so that an hour is an hour."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from adflux_core.alerts.causes import Cause, repeated_after


def due(file: Path, causes: Sequence[Cause], now: datetime) -> list[Cause]:
    """Those of the causes that nobody was told of within their time."""
    told = _read(file)
    return [
        cause
        for cause in causes
        if cause.kind not in told or now - told[cause.kind] >= repeated_after(cause.kind)
    ]


def mark_told(file: Path, causes: Sequence[Cause], now: datetime) -> None:
    told = _read(file) | {cause.kind: now for cause in causes}
    staging = file.with_name(f"{file.name}-new")
    staging.touch(mode=0o600)
    staging.write_text(json.dumps({kind: at.isoformat() for kind, at in told.items()}))
    staging.replace(file)


def forget(file: Path) -> None:
    """The outage is over: the next one is told at once."""
    file.unlink(missing_ok=True)


def _read(file: Path) -> dict[str, datetime]:
    try:
        return {kind: datetime.fromisoformat(at) for kind, at in json.loads(file.read_text()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}  # told once too often is better than not at all
