"""What was found the last time that everything AdFlux needs was examined."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table


class Examination(Table):
    """One row: the newest. `settings` holds of a secret whether it is set, never its value."""

    __tablename__ = "examination"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    examined_at: Mapped[datetime]
    checks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    settings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    versions: Mapped[dict[str, Any]]
