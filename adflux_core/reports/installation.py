"""The installation: what its last examination found, and what each ad account may spend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from adflux_core.money import Money
from adflux_core.reports.asking import ask


@dataclass(frozen=True)
class Examined:
    """As the worker found it. A check: name, ok, detail, fix. A setting: name, secret, given, value."""

    id: int
    examined_at: datetime
    checks: list[dict[str, Any]]
    settings: list[dict[str, Any]]
    versions: dict[str, str]


@dataclass(frozen=True)
class CapRow:
    """What one ad account may spend at most; above `second_person` another person approves. None: no caps
    yet, and nothing is published there.
    """

    platform: str
    account_id: str
    name: str | None
    time_zone: str | None
    currency: str
    campaign: Decimal | None
    day: Decimal | None
    month: Decimal | None
    second_person: Decimal | None
    set_by: str | None
    set_at: datetime | None
    read_at: datetime | None


def examination() -> Examined | None:
    """The last one; None before the first."""
    found = ask(
        Examined,
        """
            SELECT id, examined_at, checks, settings, versions FROM adflux.examination
            ORDER BY id DESC LIMIT 1
        """,
    )
    return found[0] if found else None


def caps() -> list[CapRow]:
    """Of every ad account, with its calendar and when its platform last told of it."""
    return ask(
        _caps,
        """
            SELECT coalesce(cap.platform, account.platform) AS platform,
                   coalesce(account_id, external_id) AS account_id, name, time_zone,
                   coalesce(cap.currency, account.currency) AS currency, campaign_minor, day_minor,
                   month_minor, second_person_above_minor AS second_person_minor, set_by, set_at, read_at
            FROM adflux.spending_cap AS cap
            FULL JOIN adflux.ad_account AS account
              ON account.platform = cap.platform AND external_id = account_id
            ORDER BY 1, 2
        """,
    )


def _caps(**found: Any) -> CapRow:
    limits: dict[str, Any] = {}
    for name in ("campaign", "day", "month", "second_person"):
        minor = found.pop(f"{name}_minor")
        limits[name] = None if minor is None else Money(currency=found["currency"], minor=minor).amount
    return CapRow(**found, **limits)
