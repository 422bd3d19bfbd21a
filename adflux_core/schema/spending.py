"""What may be spent: caps by account, and what is reserved under them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table
from adflux_core.schema.publication import Publication


class SpendingCap(Table):
    """What one ad account may spend at most, in minor units: a campaign, a day and a month of its calendar.

    A plan for more than `second_person_above` is approved by somebody other than its author.
    """

    __tablename__ = "spending_cap"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str]
    campaign_minor: Mapped[int]
    day_minor: Mapped[int]
    month_minor: Mapped[int]
    second_person_above_minor: Mapped[int]
    set_by: Mapped[str]
    set_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint(
            "campaign_minor > 0 AND day_minor > 0 AND month_minor > 0 AND second_person_above_minor >= 0",
            name="positive",
        ),
    )


class Spending(Table):
    """The sum reserved of one day or month (by its first day) of an account, under the cap it was held to."""

    __tablename__ = "spending"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    reserved_minor: Mapped[int]
    cap_minor: Mapped[int]

    __table_args__ = (
        CheckConstraint("period IN ('day', 'month')", name="period"),
        CheckConstraint("reserved_minor BETWEEN 0 AND cap_minor", name="within_cap"),
    )


class Reservation(Table):
    """What one publication may spend at worst on one day or in one month."""

    __tablename__ = "reservation"

    publication_id: Mapped[int] = mapped_column(ForeignKey(Publication.id), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    minor: Mapped[int]

    __table_args__ = (CheckConstraint("minor > 0", name="positive"),)
