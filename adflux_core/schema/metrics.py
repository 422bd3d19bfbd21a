"""Daily numbers: what stands, what stood before, what it adds up to, and the receipt of each reading.

Only `ad_metrics` and `metrics_slice` are written. The database's own triggers keep the rest in the same
transaction, whoever writes: `ad_metrics_revision`, the rollups, and which slice last read which day.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Numeric,
    Text,
    func,
    text,
)
from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects.postgresql import DATEMULTIRANGE
from sqlalchemy.dialects.postgresql.ranges import MultiRange
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table

# The finest that a platform counts in is a millionth.
Exact = Annotated[Decimal, mapped_column(Numeric(18, 6))]
Sum = Annotated[Decimal, mapped_column(Numeric(24, 6))]
INSTANT = text("adflux.metrics_instant()")


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
    spend: Mapped[Exact]
    currency: Mapped[str]
    complete: Mapped[bool]
    answered: Mapped[bool] = mapped_column(server_default=text("true"))  # false: it could not be read at all
    reason: Mapped[str] = mapped_column(server_default="")
    read_at: Mapped[datetime] = mapped_column(server_default=INSTANT)
    read_on: Mapped[date] = mapped_column(server_default=func.current_date())  # the account's own day
    run_id: Mapped[str] = mapped_column(server_default="")  # Prefect's, when a run read it
    reparsed_at: Mapped[datetime | None]  # when its kept pages were last made the stored rows again

    __table_args__ = (
        Index(None, "platform", "account_id", "read_at"),
        Index(None, "platform", "account_id", postgresql_where=text("NOT complete")),
    )


class PlatformReport(Table):
    """A report that the platform makes by itself: which window it is of, and what became of it."""

    __tablename__ = "platform_report"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[date]
    until: Mapped[date]
    level: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("state IN ('running', 'read', 'failed', 'stale')", name="state"),
        CheckConstraint("since <= until", name="window"),
    )


class AdMetricsRow(Table):
    """One ad on one day of its account's calendar. No row in a complete window means zero.

    `as_of` is the instant since when we believe it; an UPDATE sets it to `adflux.metrics_instant()`.
    """

    __tablename__ = "ad_metrics"

    date_day: Mapped[date] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    ad_id: Mapped[str] = mapped_column(primary_key=True)
    ad_group_id: Mapped[str]
    campaign_id: Mapped[str]
    currency: Mapped[str]
    impressions: Mapped[int]
    clicks: Mapped[int]
    link_clicks: Mapped[int]
    spend: Mapped[Exact]
    applications: Mapped[Exact]
    slice_id: Mapped[int]  # a trigger checks it, once a statement
    as_of: Mapped[datetime] = mapped_column(server_default=INSTANT)

    __table_args__ = (
        CheckConstraint(
            "impressions >= 0 AND clicks >= 0 AND link_clicks >= 0 AND spend >= 0 AND applications >= 0",
            name="not_negative",
        ),
        CheckConstraint("spend < 'NaN' AND applications < 'NaN'", name="numbers"),
    )


# What we believed from `as_of` until `superseded_at`, when a restatement, or the row's vanishing, ended it.
ad_metrics_revision = CoreTable(
    "ad_metrics_revision",
    Table.metadata,
    *(Column(name, Text, nullable=False) for name in ("platform", "account_id")),
    Column("date_day", Date, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("ad_id", "ad_group_id", "campaign_id", "currency")),
    *(Column(name, BigInteger, nullable=False) for name in ("impressions", "clicks", "link_clicks")),
    *(Column(name, Numeric(18, 6), nullable=False) for name in ("spend", "applications")),
    Column("slice_id", BigInteger, nullable=False),
    Column("as_of", DateTime(timezone=True), nullable=False),
    Column("superseded_at", DateTime(timezone=True), nullable=False),
    Column("superseded_by", BigInteger),
    CheckConstraint("as_of < superseded_at", name="in_order"),
    Index(None, "superseded_at", "date_day", postgresql_using="brin"),
)


class DayReading(Table):
    """The newest complete slice that holds a day, and the digest of that day's rows as they stand.

    `digest` is that of the day's fingerprints; None when nobody has compared the rows since they changed.
    """

    __tablename__ = "day_reading"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    date_day: Mapped[date] = mapped_column(primary_key=True)
    slice_id: Mapped[int] = mapped_column(ForeignKey(MetricsSlice.id))
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    currency: Mapped[str]  # this and what follows: as the slice says it
    read_at: Mapped[datetime]
    read_on: Mapped[date]


class AccountReading(Table):
    """From which day to which an account was ever asked for, and its days that were read completely."""

    __tablename__ = "account_reading"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    today: Mapped[date]  # the account's own, when it was last asked
    days: Mapped[MultiRange[date]] = mapped_column(DATEMULTIRANGE)


class DayFingerprints(Table):
    """64 bits for each row of a day: they tell which rows a new reading changes, without reading the old.

    They hold as long as `digest` is that of the day's reading. Packed by `metrics.day_rows`.
    """

    __tablename__ = "day_fingerprints"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    date_day: Mapped[date] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprints: Mapped[bytes] = mapped_column(LargeBinary)


class CampaignDay(Table):
    """The sum of a campaign's ads on one day, in one currency."""

    __tablename__ = "campaign_day"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    campaign_id: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    date_day: Mapped[date] = mapped_column(primary_key=True)
    ads: Mapped[int]
    impressions: Mapped[int]
    clicks: Mapped[int]
    link_clicks: Mapped[int]
    spend: Mapped[Sum]
    applications: Mapped[Sum]

    __table_args__ = (Index(None, "ads", postgresql_where=text("ads = 0")),)


class AccountDay(Table):
    """The sum of an account's ads on one day, in one currency."""

    __tablename__ = "account_day"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    date_day: Mapped[date] = mapped_column(primary_key=True)
    ads: Mapped[int]
    impressions: Mapped[int]
    clicks: Mapped[int]
    link_clicks: Mapped[int]
    spend: Mapped[Sum]
    applications: Mapped[Sum]

    __table_args__ = (Index(None, "ads", postgresql_where=text("ads = 0")),)


class CampaignTotal(Table):
    """The sum of all days of a campaign, in one currency; `ads` counts one for each ad and day."""

    __tablename__ = "campaign_total"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    campaign_id: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    ads: Mapped[int]
    impressions: Mapped[int]
    clicks: Mapped[int]
    link_clicks: Mapped[int]
    spend: Mapped[Sum]
    applications: Mapped[Sum]

    __table_args__ = (Index(None, "ads", postgresql_where=text("ads = 0")),)


class MetricsSettling(Table):
    """After how many days a platform's numbers no longer move: as stated, and as learned from revisions.

    `learned_days` is None until enough was observed.
    """

    __tablename__ = "metrics_settling"

    platform: Mapped[str] = mapped_column(primary_key=True)
    stated_days: Mapped[int]
    learned_days: Mapped[int | None]
    rows_observed: Mapped[int] = mapped_column(server_default="0")
    learned_at: Mapped[datetime | None]


class AdShownTo(Table):
    """To whom the platform says it showed an ad in a month (its first day), up to the last whole day.

    It is read to see whom delivery leaves out, never to aim.
    """

    __tablename__ = "ad_shown_to"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    ad_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    age: Mapped[str] = mapped_column(primary_key=True)
    gender: Mapped[str] = mapped_column(primary_key=True)
    impressions: Mapped[int]
    clicks: Mapped[int]
    spend: Mapped[Exact]

    __table_args__ = (
        CheckConstraint("impressions >= 0 AND clicks >= 0 AND spend >= 0", name="not_negative"),
        CheckConstraint("extract(day FROM month) = 1", name="whole_months"),
    )


class RestatedDay(Table):
    """How far the numbers of a day went when they were read `age` days after it: all steps, up and down."""

    __tablename__ = "restated_day"

    date_day: Mapped[date] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    age: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rows: Mapped[int]
    impressions: Mapped[Sum]
    clicks: Mapped[Sum]
    spend: Mapped[Sum]
    applications: Mapped[Sum]
