"""Numbers come back: one window of one account a task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from adflux_core import heartbeat
from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.metrics import evidence, gaps, nights, settling, shown_to, sync, windows
from adflux_core.metrics.nights import Night
from adflux_core.metrics.sync import SliceReceipt
from adflux_core.metrics.windows import Window
from adflux_core.platforms import AccountKey, configured_accounts
from adflux_core.settings import settings
from tasks.kinds import external_call, run_id, transaction
from tasks.showing import show_table


@external_call("plan windows", "plan windows of {account}")
def plan_windows(
    account: AccountKey, since: date | None, until: date | None, today: date | None, days: int
) -> list[Window]:
    return windows.windows(open_platform(*account), since, until, today, days)


@external_call("sync window", "sync {window.platform} {window.account_id}, {window.since} to {window.until}")
def sync_window(window: Window) -> SliceReceipt:
    return sync.sync_metrics(
        open_platform(window.platform, window.account_id),
        since=window.since,
        until=window.until,
        today=window.today,
        run_id=run_id(),
    )


@external_call("heal gaps", "heal gaps of {account}")
def heal_gaps(account: AccountKey, today: date | None) -> list[SliceReceipt]:
    return gaps.heal_gaps(open_platform(*account), today=today, run_id=run_id())


@external_call("sync shown to", "sync shown to of {account}")
def sync_shown_to(account: AccountKey, since: date, until: date, today: date) -> int | None:
    return shown_to.sync_shown_to(open_platform(*account), since, until, today)


@transaction("learn settling")
def learn_settling(platform: PlatformName) -> int | None:
    return settling.learn_settling(platform)


@transaction("drop old pages")
def drop_old_pages() -> int:
    return evidence.drop_old_pages(settings().adflux_kept_pages_days, datetime.now(UTC))


@transaction("show slices")
def show_slices(slices: Sequence[SliceReceipt]) -> None:
    show_table(
        "metrics-slices",
        "Each window that was read, and what it changed",
        [receipt.model_dump(mode="json") for receipt in slices],
    )


@transaction("last nights")
def last_nights(today: date | None) -> list[Night]:
    return [nights.last_night(open_platform(*one), today) for one in configured_accounts()]


@transaction("is computed")
def is_computed(read: Sequence[Night], work: str) -> bool:
    return nights.is_computed(read, work)


@transaction("note computed")
def note_computed(work: str) -> None:
    """Whoever started it: what is computed is not computed again."""
    heartbeat.beat(work)


@transaction("show nights")
def show_nights(read: Sequence[Night]) -> None:
    show_table(
        "nights",
        "Each account's last night, and when its numbers were read",
        [night.model_dump(mode="json") for night in read],
    )
