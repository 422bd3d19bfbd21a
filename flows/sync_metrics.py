"""Numbers back: read each account's daily numbers for a window and make ours equal to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from operator import attrgetter
from typing import Annotated, ParamSpec, TypeVar

from prefect import flow
from prefect.runtime import flow_run

from adflux_core.advertising import PlatformName
from adflux_core.errors import AdfluxError, IncompleteError
from adflux_core.metrics.sync import LONGEST_DAYS, RESTATED_DAYS, SliceReceipt
from adflux_core.metrics.windows import Window
from adflux_core.platforms import AccountKey, configured_accounts
from tasks import credentials, metrics
from tasks.forms import asked
from tasks.heartbeat import beat, note_answers
from tasks.showing import progress

P = ParamSpec("P")
R = TypeVar("R")


def _run_name() -> str:
    asked_for = flow_run.parameters
    today, until = asked_for["today"], asked_for["until"]
    first = asked_for["since"] or f"{asked_for['days']} days"
    last = until or (f"the day before {today}" if today else "yesterday")
    whose = asked_for["account"] or asked_for["platform"] or "all platforms"
    return f"sync {whose}, {first} to {last}"


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
    account: Annotated[str | None, asked("Ad account", "Its id; empty: every account.")] = None,
) -> list[SliceReceipt]:
    """Replace a window of daily metrics, thirty days at a time. The same numbers again write nothing.

    Without a window of its own, it also reads days that earlier runs should have read.
    """
    accounts = configured_accounts(platform, account)
    failures: list[Exception] = []
    planned: list[Window] = []
    for key in accounts:
        planned += _tried(failures, metrics.plan_windows, key, since, until, today, days) or []
    slices = _all_slices(planned, failures)
    read = dict.fromkeys(AccountKey(one.platform, one.account_id) for one in slices)
    their_today = {AccountKey(one.platform, one.account_id): one.today for one in planned}
    healed: list[SliceReceipt] = []
    for key in read:
        if since is None and until is None:
            healed += _tried(failures, metrics.heal_gaps, key, today) or []
        days_read = [receipt for receipt in slices if (receipt.platform, receipt.account_id) == key]
        first, last = min(one.since for one in days_read), max(one.until for one in days_read)
        _tried(failures, metrics.sync_shown_to, key, first, last, their_today[key])
    for name in dict.fromkeys(key.platform for key in read):
        _tried(failures, metrics.learn_settling, name)
        _tried(failures, credentials.note_expiry, name)
    note_answers([one.platform for one in slices], failures)
    if failures and not slices:
        raise failures[0]
    metrics.drop_old_pages()
    # A gap that stays one is a concern of its own, and no reason to call today's window broken.
    metrics.show_slices([*healed, *slices])
    beat("sync-metrics")
    broken = [receipt for receipt in slices if not receipt.complete]
    why = [f"{one.platform} {one.account_id} is not complete: {one.reason}" for one in broken] + [
        str(one) for one in failures
    ]
    if why:
        raise IncompleteError("; ".join(why), [receipt.model_dump(mode="json") for receipt in slices])
    return slices


def _all_slices(planned: Sequence[Window], failures: list[Exception]) -> list[SliceReceipt]:
    """One task a window, the newest days of every account first. Those that fail are among `failures`."""
    slices: list[SliceReceipt] = []
    with progress("Syncing metrics") as report:
        for done, window in enumerate(sorted(planned, key=attrgetter("until"), reverse=True), start=1):
            if receipt := _tried(failures, metrics.sync_window, window):
                slices.append(receipt)
            report(done, len(planned))
    return slices


def _tried(failures: list[Exception], task: Callable[P, R], *given: P.args, **named: P.kwargs) -> R | None:
    """One platform's trouble is no reason to leave out the others."""
    try:
        return task(*given, **named)
    except AdfluxError as failure:
        failures.append(failure)
        return None
