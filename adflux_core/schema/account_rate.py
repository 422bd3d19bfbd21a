"""How much of each ad account's allowance is used: one row an account, shared by every process."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table


class AccountRate(Table):
    """`points` were spent in `slots`: ten-second stretches since 1970, each at its number modulo 32."""

    __tablename__ = "account_rate"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    points_allowed: Mapped[int]
    hourly_calls: Mapped[int]
    used: Mapped[float]  # percent, as last told
    open_at: Mapped[datetime]  # before that, nobody calls
    next_write_at: Mapped[datetime]
    slots: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    points: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


class PlatformOperations(Table):
    """Operations on all accounts by the hour, where a platform allows so many in 24 hours."""

    __tablename__ = "platform_operations"

    platform: Mapped[str] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    operations: Mapped[int]

    __table_args__ = (CheckConstraint("operations >= 0", name="not_negative"),)
