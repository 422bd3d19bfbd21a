"""prefect.yaml, read strictly: what AdFlux cannot carry out is refused, never skipped."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adflux_core.errors import ConfigurationError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Schedule(_Strict):
    """When a deployment runs; the slug is what lets a later start recognise and mend it."""

    slug: str
    cron: str | None = None
    day_or: bool = True
    interval: timedelta | None = None
    timezone: str = "UTC"
    active: bool | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)

    def payload(self) -> dict[str, Any]:
        """As Prefect takes it. Raises ValueError on an impossible cron, interval or zone."""
        timing: CronSchedule | IntervalSchedule
        if self.cron is not None and self.interval is None:
            timing = CronSchedule(cron=self.cron, timezone=self.timezone, day_or=self.day_or)
        elif self.interval is not None and self.cron is None:
            timing = IntervalSchedule(interval=self.interval, timezone=self.timezone)
        else:
            raise ValueError(f"schedule {self.slug}: give either cron or interval")
        sent = {"schedule": timing, "slug": self.slug, "parameters": self.parameters}
        # Left out, it keeps what a person chose in Prefect's pages.
        return sent if self.active is None else {**sent, "active": self.active}


class WorkPool(_Strict):
    name: str
    work_queue_name: str | None = None
    job_variables: dict[str, Any] = Field(default_factory=dict)


class Deployment(_Strict):
    """One entry of the list: a flow by its module path, and the occasion it runs on."""

    name: str
    entrypoint: str
    work_pool: WorkPool
    description: str | None = None
    tags: list[str] = Field(default_factory=list)
    version: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    schedules: list[Schedule] = Field(default_factory=list)
    concurrency_limit: int | ConcurrencyLimitConfig | None = None
    enforce_parameter_schema: bool = True
    paused: bool | None = None
    triggers: list[dict[str, Any]] = Field(default_factory=list)


class PrefectYaml(BaseModel):
    """The file. Anchors may live under any other top-level key; steps that fetch code may not exist."""

    model_config = ConfigDict(extra="ignore")

    deployments: list[Deployment]
    build: list[Any] | None = Field(default=None, max_length=0)
    push: list[Any] | None = Field(default=None, max_length=0)
    pull: list[Any] | None = Field(default=None, max_length=0)


def read_deployments(path: Path) -> list[Deployment]:
    """Raises ConfigurationError naming the place in the file and what is wrong there."""
    try:
        found = PrefectYaml.model_validate(yaml.safe_load(path.read_text())).deployments
        for deployment in found:
            for schedule in deployment.schedules:
                schedule.payload()
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: {str(error).splitlines()[0]}") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise ConfigurationError(f"{path}: {where}: {first['msg']}") from None
    except ValueError as error:
        raise ConfigurationError(f"{path}: {error}") from None
    return found
