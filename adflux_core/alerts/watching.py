"""The watch: look at everything, put it on record, tell somebody what is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from adflux_core import database, heartbeat
from adflux_core.alerts import outage, raising, telling
from adflux_core.alerts.causes import Cause, known_causes
from adflux_core.errors import ConfigurationError, DatabaseUnavailableError


class Watched(BaseModel):
    """`told`: what somebody was told of now; `open`: how many alerts are, acknowledged ones among them."""

    model_config = ConfigDict(frozen=True)

    told: list[Cause]
    open: int
    sent: list[str]
    failed: list[str]


def watch(seen: Sequence[Cause], file: Path, now: datetime) -> Watched:
    """One look. `seen` is what only somebody outside the database can know; `file` remembers its outages.

    Whatever reaches nobody is tried again at the next look. Raises ConfigurationError: a bad address.
    """
    to = telling.destinations()
    try:
        if gap := database.schema_gap():
            return _outage([*seen, Cause("schema", "", "PostgreSQL", gap)], file, now, to)
        with database.transaction() as session:
            causes = known_causes(seen)
            due = raising.record(session, causes, now)
            saying = [Cause(one.kind, one.platform, one.subject, one.detail) for one in due]
            told = telling.tell(saying, to)
            if told.sent:
                raising.mark_told(due, now)
    except (DatabaseUnavailableError, ConfigurationError) as down:
        return _outage([*seen, Cause("database", "", "PostgreSQL", str(down))], file, now, to)
    outage.forget(file)
    heartbeat.beat("watch")  # the doctor listens: whoever watches the others may die, too
    return Watched(told=saying, open=len(causes), **told.model_dump())


def _outage(causes: Sequence[Cause], file: Path, now: datetime, to: Sequence[tuple[str, Any]]) -> Watched:
    """Without the record: what is due by the file alone."""
    saying = outage.due(file, causes, now)
    told = telling.tell(saying, to)
    if told.sent:
        outage.mark_told(file, saying, now)
    return Watched(told=saying, open=len(causes), **told.model_dump())
