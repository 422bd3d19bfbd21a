"""Numbers back: read each account's daily numbers for a window and make ours equal to them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from prefect import flow
from prefect.runtime import flow_run

from adflux_core.advertising import PlatformName
from adflux_core.errors import AdfluxError, IncompleteError
from adflux_core.metrics.sync import LONGEST_DAYS, RESTATED_DAYS, SliceReceipt
from adflux_core.platforms import configured
from tasks import credentials, metrics
from tasks.forms import asked
from tasks.heartbeat import beat, note_answers
from tasks.showing import progress


def _run_name() -> str:
    asked_for = flow_run.parameters
    today, until = asked_for["today"], asked_for["until"]
    first = asked_for["since"] or f"{asked_for['days']} days"
    last = until or (f"the day before {today}" if today else "yesterday")
    return f"sync {asked_for['platform'] or 'all platforms'}, {first} to {last}"


@flow(name="sync-metrics", flow_run_name=_run_name)
def sync_metrics(
    platform: Annotated[PlatformName | None, asked("Platform", "Empty: every platform.")] = None,
    since: Annotated[date | None, asked("Since", "First day; empty: see Days.")] = None,
    until: Annotated[date | None, asked("Until", "Last day; empty: yesterday.")] = None,
    today: Annotated[
        date | None,
        asked("Today", "The account's day this runs on; empty: what its calendar says."),
    ] = None,
    days: Annotated[
        int, asked("Days", "How many whole days to read when Since is empty.", ge=1, le=LONGEST_DAYS)
    ] = RESTATED_DAYS,
) -> list[SliceReceipt]:
    """Replace a window of daily metrics. The same numbers again write nothing.

    Without a window of its own, it first reads days that earlier runs should have read.
    """
    names = [platform] if platform else configured()
    healed, slices, failures = [], [], []
    with progress("Syncing metrics") as report:
        for done, name in enumerate(names, start=1):
            try:
                if since is None and until is None:
                    healed += metrics.heal_gaps(name, today)
                slices.append(metrics.sync_window(name, since, until, today, days))
                metrics.sync_shown_to(name, slices[-1].since, slices[-1].until)
                metrics.learn_settling(name)
                credentials.note_expiry(name)
            except AdfluxError as failure:  # one platform's trouble is no reason to leave out the others
                failures.append(failure)
            report(done, len(names))
    note_answers([one.platform for one in slices], failures)
    if failures and not slices:
        raise failures[0]
    # A gap that stays one is a concern of its own, and no reason to call today's window broken.
    metrics.show_slices([*healed, *slices])
    beat("sync-metrics")
    broken = [receipt for receipt in slices if not receipt.complete]
    why = [f"{one.platform} is not complete: {one.reason}" for one in broken] + [str(one) for one in failures]
    if why:
        raise IncompleteError("; ".join(why), [receipt.model_dump(mode="json") for receipt in slices])
    return slices
