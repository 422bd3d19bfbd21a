"""Prefect, asked from the screen: what can be started, start it once, and how it goes. Only here."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.objects import Flow, FlowRun
from prefect.client.schemas.sorting import ArtifactSort, FlowRunSort, LogSort, TaskRunSort
from prefect.context import SettingsContext, get_settings_context
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import get_current_settings

from adflux_core.errors import AdfluxError, ConfigurationError, InputError
from adflux_core.settings import LOOPBACK

PATIENCE = 5.0  # seconds; a person waits
# Where no TLS is spoken: a client reads the certificates of the world twice else, 35 ms each time.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# How Prefect begins what an error said; the kind of error tells a person nothing.
_RAISED = re.compile(r"^Flow run encountered an exception: \w+: ")
MOST_TASKS, LOG_LINES, RECENT = 60, 40, 15


class PrefectUnavailableError(AdfluxError):
    """Prefect does not answer; what runs goes on without it being seen."""

    retriable = True


@dataclass(frozen=True)
class Deployment:
    """Something that can be started, with the JSON schema of its parameters."""

    id: UUID
    flow: str
    occasion: str
    description: str
    schema: Mapping[str, Any]
    defaults: Mapping[str, Any]
    paused: bool


@dataclass(frozen=True)
class Task:
    name: str
    state: str
    started_at: datetime | None
    took: timedelta


@dataclass(frozen=True)
class Line:
    at: datetime
    text: str


@dataclass(frozen=True)
class Progress:
    percent: float
    about: str


@dataclass(frozen=True)
class Shown:
    """A table the run left behind; `key` names its kind."""

    key: str
    about: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Run:
    """A flow run; tasks, log, progress and tables only when it was followed."""

    id: UUID
    flow: str
    name: str
    state: str  # Prefect's name of it: Running, Late, Completed …
    over: bool
    message: str
    expected_at: datetime | None
    started_at: datetime | None
    took: timedelta
    parameters: Mapping[str, Any]
    url: str
    tasks: list[Task] = field(default_factory=list)
    log: list[Line] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    tables: list[Shown] = field(default_factory=list)


def deployments() -> list[Deployment]:
    """All that can be started. Raises PrefectUnavailableError, as everything here."""
    with _client() as client:
        flows = {flow.id: flow.name for flow in client.read_flows()}
        found = client.read_deployments()
    # What only a person starts comes before what has its hour.
    found.sort(key=lambda one: (bool(one.schedules), flows.get(one.flow_id, ""), one.name))
    return [
        Deployment(
            id=one.id,
            flow=flows.get(one.flow_id, ""),
            occasion=one.name,
            description=one.description or "",
            schema=one.parameter_openapi_schema or {},
            defaults=one.parameters,
            paused=one.paused,
        )
        for one in found
    ]


def start(deployment_id: UUID, parameters: Mapping[str, Any], key: str) -> UUID:
    """Start a run, or find the one this `key` already started. Raises InputError when Prefect refuses."""
    with _client() as client:
        run = client.create_flow_run_from_deployment(
            deployment_id, parameters=dict(parameters), idempotency_key=key, tags=["dashboard"]
        )
    return run.id


def start_named(name: str, parameters: Mapping[str, Any], key: str) -> UUID:
    """The same for a deployment by its name, such as converge-campaigns/on-demand."""
    with _client() as client:
        try:
            found = client.read_deployment_by_name(name)
        except ObjectNotFound:
            raise PrefectUnavailableError(f"Prefect has no {name}: `adflux up` sets it up") from None
    return start(found.id, parameters, key)


def recent() -> list[Run]:
    """The runs that began last, whoever began them; those still to come at their hour are left out."""
    with _client() as client:
        flows = client.read_flows()
        found = client.read_flow_runs(sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=200)
    begun = [run for run in found if run.start_time is not None or not run.auto_scheduled]
    return [_run(run, flows) for run in begun[:RECENT]]


def glance(run_id: UUID) -> Run:
    """How a run is, without what it did so far."""
    with _client() as client:
        return _run(client.read_flow_run(run_id), [])


def follow(run_id: UUID) -> Run:
    """A run with its tasks, its last lines of log, its progress and its tables."""
    this = FlowRunFilter(id=FlowRunFilterId(any_=[run_id]))
    with _client() as client:
        run = client.read_flow_run(run_id)
        flows = client.read_flows(flow_run_filter=this)
        tasks = client.read_task_runs(flow_run_filter=this, sort=TaskRunSort.END_TIME_DESC, limit=MOST_TASKS)
        log = client.read_logs(
            LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id])),
            sort=LogSort.TIMESTAMP_DESC,
            limit=LOG_LINES,
        )
        left = client.read_artifacts(flow_run_filter=this, sort=ArtifactSort.CREATED_DESC, limit=20)
    return _run(
        run,
        flows,
        tasks=[
            Task(one.name, one.state_name or "", one.start_time, one.total_run_time)
            for one in sorted(tasks, key=lambda one: (one.start_time is None, one.start_time or one.created))
        ],
        log=[Line(line.timestamp, line.message) for line in reversed(log)],
        progress=[
            Progress(float(str(one.data or 0)), one.description or "")
            for one in left
            if one.type == "progress"
        ],
        tables=[
            Shown(one.key or "", one.description or "", _rows(one.data))
            for one in left
            if one.type == "table"
        ],
    )


def screen() -> str:
    """Where Prefect's own screen is, which answers right now. Raises PrefectUnavailableError."""
    with _client() as client:
        client.api_version()
    return _screen(_address())


def url_of(run_id: str) -> str | None:
    """Where Prefect's own screen shows that run; None without one, or when Prefect is nowhere."""
    address = get_current_settings().api.url
    return f"{_screen(address)}/runs/flow-run/{run_id}" if run_id and address else None


def _screen(address: str) -> str:
    return address.removesuffix("/").removesuffix("/api")


def _run(run: FlowRun, flows: list[Flow], **more: Any) -> Run:
    state = run.state
    return Run(
        id=run.id,
        flow=next((flow.name for flow in flows if flow.id == run.flow_id), ""),
        name=run.name,
        state=run.state_name or "",
        over=bool(state and state.is_final()),
        message=_RAISED.sub("", (state.message or "") if state else ""),
        expected_at=run.expected_start_time,
        started_at=run.start_time,
        took=run.estimated_run_time,
        parameters=run.parameters,
        url=f"{_screen(_address())}/runs/flow-run/{run.id}",
        **more,
    )


def _rows(data: object) -> list[dict[str, Any]]:
    rows = json.loads(data) if isinstance(data, str) else data
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _address() -> str:
    url = get_current_settings().api.url
    if not url:
        raise ConfigurationError("PREFECT_API_URL is not set: `adflux up` starts Prefect and sets it")
    return url


def _without_retries() -> SettingsContext:
    """A copy of the settings; Prefect's `temporary_settings` reads all of them anew, 30 ms."""
    known = get_settings_context()
    client = known.settings.client.model_copy(update={"max_retries": 0})
    return SettingsContext(
        profile=known.profile, settings=known.settings.model_copy(update={"client": client})
    )


@contextmanager
def _client() -> Iterator[SyncPrefectClient]:
    secret = get_current_settings().api.auth_string
    address = _address()
    how: dict[str, Any] = {"timeout": PATIENCE}
    if urlsplit(address).scheme == "http":
        how["verify"] = NO_CERTIFICATES
    if urlsplit(address).hostname in LOOPBACK:
        # One of the client's own would try three times over a second and a half, whom nobody answers here.
        how["transport"] = httpx.HTTPTransport(verify=how.get("verify", True))
    try:
        # Prefect's own retries would hold the page for a minute; a person clicks again.
        with (
            _without_retries(),
            SyncPrefectClient(
                address,
                auth_string=secret.get_secret_value() if secret else None,
                httpx_settings=how,
            ) as client,
        ):
            yield client
    except PrefectHTTPStatusError as error:
        if error.response.status_code in {409, 422}:
            raise InputError(f"Prefect refused the parameters: {_reason(error.response)}") from None
        raise PrefectUnavailableError(
            f"Prefect at {address} answers {error.response.status_code}: see its log"
        ) from None
    except (httpx.HTTPError, RuntimeError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise PrefectUnavailableError(f"Prefect at {address}: {said}; start it with `adflux up`") from None


def _reason(response: httpx.Response) -> str:
    try:
        detail = response.json().get("detail") or response.json().get("exception_detail")
    except ValueError:
        detail = response.text
    return str(detail)[:300]
