"""People: who may use the dashboard, and what was refused to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adflux_core.reports.asking import ask


@dataclass(frozen=True)
class PersonRow:
    """Somebody who has or had a role."""

    account: str
    role: str
    active: bool
    since: datetime
    granted_by: str


@dataclass(frozen=True)
class RefusedDeed:
    """Somebody tried what their role does not reach."""

    at: datetime
    actor: str
    deed: str
    role: str | None


def people() -> list[PersonRow]:
    """The active ones first."""
    return ask(
        PersonRow,
        "SELECT account, role, active, since, granted_by FROM adflux.person ORDER BY active DESC, account",
    )


def refused_deeds(limit: int = 20) -> list[RefusedDeed]:
    """The newest first."""
    return ask(
        RefusedDeed,
        """
            SELECT at, actor, detail ->> 'deed' AS deed, detail ->> 'role' AS role FROM adflux.audit
            WHERE action = 'not allowed' ORDER BY id DESC LIMIT :limit
        """,
        limit=limit,
    )
