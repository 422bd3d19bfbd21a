"""Prefect's command, at peace with SQLAlchemy 2.1: what the stack starts its server with.

A bulk INSERT leaves computed attributes aside in SQLAlchemy 2.0; since 2.1 it asks each how it is written.
Prefect's runs and states do not say, so every round of its scheduler would fail and no scheduled run would
ever be made. Here they say what 2.0 did, until a Prefect says it itself (docs/adr/0011).
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from prefect.cli import app
from prefect.server.database.orm_models import Base
from sqlalchemy.ext.hybrid import hybrid_property

from deployments.log_lines import log_what_is_printed


def leave_computed_attributes_aside() -> None:
    """For every table of Prefect's. Public SQLAlchemy only: nothing of Prefect is replaced."""
    for mapper in Base.registry.mappers:
        for attribute in mapper.all_orm_descriptors:
            if isinstance(attribute, hybrid_property):
                attribute.inplace.bulk_dml(_leave_aside)


def _leave_aside(cls: Any, mapping: MutableMapping[str, Any], value: Any) -> None:
    """SQLAlchemy names the parameters."""


if __name__ == "__main__":
    leave_computed_attributes_aside()
    log_what_is_printed()
    app()
