"""The tables, one file per aggregate. Alembic's migrations make them; these classes type them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, MetaData, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase


class Table(DeclarativeBase):
    """What every table shares: our own schema, text without lengths, time with a zone, exact money."""

    metadata = MetaData(
        schema="adflux",
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        int: BigInteger,
        Decimal: Numeric(18, 3),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
    }
