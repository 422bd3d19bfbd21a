"""Kept no longer than promised: candidates past their day, and the platforms' replies past their use."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from prefect import flow
from pydantic import BaseModel, ConfigDict

from tasks import candidates, metrics
from tasks.forms import asked


class Dropped(BaseModel):
    """How many candidates were erased, and how many kept replies dropped."""

    model_config = ConfigDict(frozen=True)

    candidates: int
    pages: int


@flow(name="drop-expired", flow_run_name="drop what is expired")
def drop_expired(
    today: Annotated[date | None, asked("Today", "Whose data may be kept on this day; empty: today.")] = None,
) -> Dropped:
    """Safe to repeat. Each night does the same beside its own work; this does it whatever the nights do."""
    return Dropped(candidates=candidates.erase_expired(today), pages=metrics.drop_old_pages())
