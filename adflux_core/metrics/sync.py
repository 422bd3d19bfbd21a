"""Read a window of an account's daily numbers and make ours equal to it, in one transaction.

Platforms restate days, leave out all-zero rows and let rows vanish, so nothing is appended: within the
window, what the platform says is what stands. Only rows that differ are written.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.advertising import AdPlatform, MetricsWindow, PlatformName
from adflux_core.campaigns.drafting import remember_account
from adflux_core.errors import InputError
from adflux_core.schema.metrics import MetricsSlice

RESTATED_DAYS = 28  # Meta: "do not change after 28 days of being reported"
LONGEST_DAYS = 1_100  # 37 months is as far back as Meta answers

FIELDS = (
    *("platform", "account_id", "date_day", "ad_id", "ad_group_id", "campaign_id", "currency"),
    *("impressions", "clicks", "link_clicks", "spend", "applications"),
)
VALUES = FIELDS[4:]


class SliceReceipt(BaseModel):
    """One window as it was read. `complete` false: the old numbers stand and `reason` says why."""

    model_config = ConfigDict(frozen=True)

    slice_id: int
    platform: PlatformName
    account_id: str
    since: date
    until: date
    read: int
    stored: int
    changed: int
    deleted: int
    complete: bool
    reason: str


def sync_metrics(
    platform: AdPlatform,
    *,
    since: date | None = None,
    until: date | None = None,
    today: date | None = None,
) -> SliceReceipt:
    """Replace [since, until]; by default the last 28 whole days before `today`, in the account's calendar.

    Raises InputError on a window that makes no sense, and what the platform raises when it cannot be read.
    """
    account = platform.account()
    today = today or datetime.now(ZoneInfo(account.time_zone)).date()
    until = until or today - timedelta(days=1)
    since = since or until - timedelta(days=RESTATED_DAYS - 1)
    if since > until:
        raise InputError(f"--since {since} is after --until {until}: swap them")
    if until > today or (until - since).days > LONGEST_DAYS:
        raise InputError(f"{since} to {until}: choose at most {LONGEST_DAYS} days, none in the future")
    window = platform.read_metrics(since, until)
    reason = _incomplete(window)
    with database.transaction() as session:
        remember_account(session, account)
        receipt = MetricsSlice(
            platform=platform.name,
            account_id=account.external_id,
            since=since,
            until=until,
            pages=window.pages,
            rows_read=len(window.rows),
            rows_changed=0,
            rows_deleted=0,
            spend=sum((row.spend for row in window.rows), Decimal(0)),
            currency=account.currency,
            complete=not reason,
            reason=reason,
        )
        session.add(receipt)
        session.flush()
        if not reason:
            _replace(session, window, receipt)
        return SliceReceipt(
            slice_id=receipt.id,
            platform=platform.name,
            account_id=account.external_id,
            since=since,
            until=until,
            read=len(window.rows),
            stored=0 if reason else len(window.rows),
            changed=receipt.rows_changed,
            deleted=receipt.rows_deleted,
            complete=not reason,
            reason=reason,
        )


def _incomplete(window: MetricsWindow) -> str:
    """Why the ad rows do not add up to the account's own totals; empty when they do."""
    for total in window.totals:
        rows = [row for row in window.rows if row.date_day == total.date_day]
        ours = (
            sum(row.impressions for row in rows),
            sum(row.clicks for row in rows),
            sum((row.spend for row in rows), Decimal(0)),
        )
        theirs = (total.impressions, total.clicks, total.spend)
        if ours != theirs:
            return (
                f"{total.date_day}: the ads add up to {ours[0]} impressions, {ours[1]} clicks and "
                f"{ours[2]} spent; the account says {theirs[0]}, {theirs[1]} and {theirs[2]}"
            )
    unaccounted = {row.date_day for row in window.rows} - {total.date_day for total in window.totals}
    return f"{min(unaccounted)}: ads have numbers and the account has none" if unaccounted else ""


def _replace(session: Session, window: MetricsWindow, receipt: MetricsSlice) -> None:
    # Two syncs of one account write one after the other, each its whole window.
    account = f"adflux.metrics/{receipt.platform}/{receipt.account_id}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(account))))
    session.execute(
        text("""
            CREATE TEMP TABLE incoming (LIKE adflux.ad_metrics INCLUDING DEFAULTS) ON COMMIT DROP
        """)
    )
    raw = session.connection().connection.driver_connection
    assert raw is not None
    with (
        raw.cursor() as cursor,
        cursor.copy(f"COPY incoming ({', '.join(FIELDS)}, slice_id) FROM STDIN") as copy,
    ):
        for row in window.rows:
            copy.write_row(
                (
                    *(receipt.platform, receipt.account_id, row.date_day, row.ad_id, row.ad_group_id),
                    *(row.campaign_id, row.currency, row.impressions, row.clicks, row.link_clicks),
                    *(row.spend, row.applications, receipt.id),
                )
            )
    deleted = session.execute(
        text("""
            DELETE FROM adflux.ad_metrics AS kept
            WHERE platform = :platform AND account_id = :account AND date_day BETWEEN :since AND :until
              AND NOT EXISTS (SELECT FROM incoming WHERE (incoming.date_day, incoming.ad_id)
                              = (kept.date_day, kept.ad_id))
            RETURNING 1
        """),
        {
            "platform": receipt.platform,
            "account": receipt.account_id,
            "since": receipt.since,
            "until": receipt.until,
        },
    ).all()
    changed = session.execute(
        text(f"""
            INSERT INTO adflux.ad_metrics AS kept ({", ".join(FIELDS)}, slice_id)
            SELECT {", ".join(FIELDS)}, slice_id FROM incoming
            ON CONFLICT (platform, account_id, date_day, ad_id) DO UPDATE
            SET ({", ".join(VALUES)}, slice_id)
              = ({", ".join(f"excluded.{name}" for name in VALUES)}, excluded.slice_id)
            WHERE ({", ".join(f"kept.{name}" for name in VALUES)})
               IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in VALUES)})
            RETURNING 1
        """)  # noqa: S608  (column names are ours)
    ).all()
    receipt.rows_deleted, receipt.rows_changed = len(deleted), len(changed)
