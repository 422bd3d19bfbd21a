"""Daily numbers, and the receipt of each window they were read in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Numeric, func
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table

MICROS = Numeric(21, 6)  # Google counts to the millionth, Meta to the thousandth


class MetricsSlice(Table):
    """One reading of one window of one account: what came, what was stored, whether it was all."""

    __tablename__ = "metrics_slice"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    platform: Mapped[str]
    account_id: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    pages: Mapped[int]
    rows_read: Mapped[int]
    rows_changed: Mapped[int]
    rows_deleted: Mapped[int]
    spend: Mapped[Decimal] = mapped_column(MICROS)
    currency: Mapped[str]
    complete: Mapped[bool]
    reason: Mapped[str] = mapped_column(server_default="")
    read_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index(None, "platform", "account_id", "read_at"),)


class AdMetricsRow(Table):
    """One ad on one day of its account's calendar. No row in a complete window means zero."""

    __tablename__ = "ad_metrics"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    date_day: Mapped[date] = mapped_column(primary_key=True)
    ad_id: Mapped[str] = mapped_column(primary_key=True)
    ad_group_id: Mapped[str]
    campaign_id: Mapped[str]
    currency: Mapped[str]
    impressions: Mapped[int]
    clicks: Mapped[int]
    link_clicks: Mapped[int]
    spend: Mapped[Decimal] = mapped_column(MICROS)
    applications: Mapped[Decimal] = mapped_column(MICROS)
    slice_id: Mapped[int] = mapped_column(ForeignKey(MetricsSlice.id))

    __table_args__ = (
        CheckConstraint(
            "impressions >= 0 AND clicks >= 0 AND link_clicks >= 0 AND spend >= 0 AND applications >= 0",
            name="not_negative",
        ),
        CheckConstraint("spend < 'NaN' AND applications < 'NaN'", name="numbers"),
    )
