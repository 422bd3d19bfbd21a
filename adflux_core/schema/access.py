"""People who may use the dashboard."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table


class Person(Table):
    """Somebody with a role. `account`: the e-mail address they log in with, or `local` (see `access`).

    A revoked one stays, inactive. What they were before is in the audit.
    """

    __tablename__ = "person"

    account: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default="true")
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    granted_by: Mapped[str]

    __table_args__ = (
        CheckConstraint("account = lower(account) AND account <> ''", name="account"),
        CheckConstraint("role IN ('viewer', 'analyst', 'approver', 'admin')", name="role"),
    )
