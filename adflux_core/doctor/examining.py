"""What AdFlux needs, examined: whether it is well, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

import requests
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text

from adflux_core import database, reports
from adflux_core.accounts import a_day, open_platform, operations_left
from adflux_core.advertising import PlatformName
from adflux_core.alerts.credentials import note_expiry
from adflux_core.campaigns.seen_accounts import remember_account
from adflux_core.errors import AdfluxError
from adflux_core.platforms import REGISTRY, AccountKey, configured_accounts
from adflux_core.settings import child_environment

WATCH_AFTER = timedelta(minutes=15)  # three of its looks
OLDEST_POSTGRES = 140_000  # as server_version_num says it


class Check(BaseModel):
    """One thing examined. `fix` is empty when all is well."""

    model_config = ConfigDict(frozen=True)

    name: str
    ok: bool
    detail: str
    fix: str


def examine(now: datetime) -> list[Check]:
    """Database, Prefect and each platform, whatever the state of the others."""
    return [
        _check("database", _database, "start PostgreSQL 14 or newer, or unset ADFLUX_DATABASE_URL"),
        _check("clock", lambda: _clock(now), "set this machine's clock: schedules and windows depend on it"),
        _check("prefect", _prefect, "`adflux up` starts a server; without one each command brings its own"),
        _check("watch", lambda: _watch(now), "let cron or systemd run `adflux watch` (docs/operations.md)"),
        _check("numbers", _numbers, "see Data health on the dashboard; `adflux up` runs what is scheduled"),
        *(check for name in REGISTRY for check in _accounts(name)),
    ]


def _check(name: str, look: Callable[[], str], fix: str) -> Check:
    try:
        return Check(name=name, ok=True, detail=look(), fix="")
    except AdfluxError as error:
        return Check(name=name, ok=False, detail=str(error), fix=fix)


def _database() -> str:
    with database.connection() as connected:
        number, version = connected.execute(
            text("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        ).one()
        migration = connected.execute(text("SELECT version_num FROM adflux.alembic_version")).scalar_one()
    if number < OLDEST_POSTGRES:
        raise AdfluxError(f"PostgreSQL {version} is older than 14")
    return f"PostgreSQL {version}, schema {migration}"


def _clock(now: datetime) -> str:
    with database.connection() as connected:
        theirs: datetime = connected.execute(text("SELECT clock_timestamp()")).scalar_one()
    skew = abs((theirs - now).total_seconds())
    if skew > 60:
        raise AdfluxError(f"this machine and the database differ by {skew:.0f} s")
    return f"{now:%Y-%m-%d %H:%M %Z}, {skew:.1f} s from the database"


def _prefect() -> str:
    url = child_environment({}).get("PREFECT_API_URL")
    if not url:
        return "no server is running here; each command brings its own"
    try:
        requests.get(f"{url}/health", timeout=5).raise_for_status()
    except requests.RequestException as error:
        raise AdfluxError(f"{url} does not answer ({type(error).__name__})") from None
    return f"answers at {url}"


def _watch(now: datetime) -> str:
    """Who tells of what is dead may be dead, too. That nobody watches is a choice, and is said."""
    with database.connection() as connected:
        asked = text("SELECT max(beat_at) FROM adflux.heartbeat WHERE work = 'watch'")
        last: datetime | None = connected.execute(asked).scalar_one()
    if last is None:
        return "`adflux watch` never looked: nobody is told when something dies (docs/operations.md)"
    if now - last > WATCH_AFTER:
        raise AdfluxError(f"`adflux watch` last looked at {last:%Y-%m-%d %H:%M %Z}: nobody is told since")
    return f"last looked at {last:%Y-%m-%d %H:%M %Z}"


def _numbers() -> str:
    """What a scheduler that is dead cannot say of itself: run this from something else, such as cron."""
    known = reports.days_known()
    troubles = [one for one in reports.attention() if one.kind in reports.DATA_KINDS]
    if troubles:
        told = "; ".join(
            " ".join(part for part in (one.kind, one.platform, one.subject, one.detail) if part)
            for one in troubles
        )
        raise AdfluxError(told)
    return "none was read yet" if known.last is None else f"read to {known.last}, complete and as usual"


def _accounts(name: PlatformName) -> Iterator[Check]:
    """One check an ad account; named by its platform where that has a single one."""
    fix = f"see the settings {name.upper()}_… in .env.example"
    try:
        keys = [one for one in configured_accounts() if one.platform is name]
    except AdfluxError as error:
        yield Check(name=name, ok=False, detail=str(error), fix=fix)
        return
    if not keys:
        yield Check(name=name, ok=True, detail="not configured", fix="")
    for key in keys:
        yield _check(name if len(keys) == 1 else str(key), partial(_account, key), fix)


def _account(key: AccountKey) -> str:
    name, account_id = key
    account = open_platform(name, account_id).account()
    with database.transaction() as session:
        remember_account(session, account)
    expires = note_expiry(name)
    left = operations_left(name)
    return (
        f"{account.name} ({account.external_id}): {account.currency}, {account.time_zone}, "
        f"at least {account.smallest_daily_budget} a day"
    ) + "".join(
        (
            "" if left is None else f", {left:,} of {a_day(name):,} operations left in 24 hours",
            "" if expires is None else f", credential valid until {expires:%Y-%m-%d %H:%M} UTC",
        )
    )
