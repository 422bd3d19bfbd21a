"""`adflux watch`, `alerts`, `acknowledge`: what needs a person is told, listed, taken on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from adflux_core.errors import AdfluxError, ConfigurationError
from adflux_core.settings import child_environment, settings
from deployments.answers import answer, fail
from deployments.verbs import PARTLY, verb
from deployments.workplace import join_running


@click.group()
def alerting() -> None:
    """Its verbs are added to `adflux` one by one."""


@alerting.command()
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
def watch(*, as_json: bool) -> None:
    """Look at everything once and tell whom it concerns; for cron or a timer, since it needs no Prefect."""
    from adflux_core.alerts.watching import watch as look
    from deployments.prefect_environment import private_folder
    from deployments.scheduler_health import scheduler_causes

    now = datetime.now(UTC)
    try:
        join_running()
        file = private_folder(settings().adflux_home) / "outage.json"
        seen = scheduler_causes(child_environment({}), now)
        watched = look(seen, file, now)
    except AdfluxError as error:
        fail(error, as_json=as_json)
    answer(watched, as_json=as_json)
    if watched.told and not watched.sent:
        nowhere = ConfigurationError("ADFLUX_ALERT_URLS is not set: nobody was told")
        fail(AdfluxError("nobody could be told") if watched.failed else nowhere, as_json=False)
    raise SystemExit(PARTLY if watched.failed else 0)


@alerting.command()
@click.option("--all", "ended", is_flag=True, help="Those that are over, too.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="At most so many; 50 by default.")
@verb
def alerts(*, ended: bool, limit: int) -> Any:
    """What needs somebody, since when, and who took it on."""
    from adflux_core.alerts import raising

    return {"alerts": [raising.shown(one) for one in raising.alerts(ended=ended, limit=limit)]}


@alerting.command()
@click.argument("alert", type=click.IntRange(1))
@click.option("--as", "person", required=True, metavar="USER", help="Who takes it on.")
@verb
def acknowledge(alert: int, person: str) -> Any:
    """Take an alert on: it is not repeated while it lasts."""
    from adflux_core.alerts import raising

    return raising.shown(raising.acknowledge(alert, person))
