"""What the platforms really said of the numbers, and what in it nobody expected."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table
from adflux_core.schema.metrics import MetricsSlice


class MetricsPage(Table):
    """One reply of a reading without tokens or personal values, in the order of coming.

    `body` is compressed (zstd); `size` and `sha256` are of what it holds. `question`: which of the reading's
    questions it answers, in the adapter's words.
    """

    __tablename__ = "metrics_page"

    slice_id: Mapped[int] = mapped_column(ForeignKey(MetricsSlice.id), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[str]
    read_at: Mapped[datetime]
    size: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index(None, "read_at", postgresql_using="brin"),)


class UnknownShape(Table):
    """A field or value that nobody asked for, set aside while the numbers came in. `example`: trimmed."""

    __tablename__ = "unknown_shape"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    example: Mapped[str]
    times: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_at: Mapped[datetime] = mapped_column(server_default=func.now())
