"""Bring Prefect to what this code expects: pool, queues, deployments, automation; safe to repeat."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import WorkPoolFilter, WorkPoolFilterName
from prefect.deployments.runner import DeploymentApplyError, RunnerDeployment
from prefect.events import DeploymentTriggerTypes
from prefect.exceptions import MissingFlowError, ObjectAlreadyExists, PrefectHTTPStatusError
from prefect.flows import load_flow_from_entrypoint
from prefect.workers.process import ProcessWorker
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import text

from adflux_core import database
from adflux_core.errors import AdfluxError, ConfigurationError
from deployments.prefect_yaml import Deployment, read_deployments
from deployments.programs import POOL, QUEUES, find_prefect_yaml
from deployments.zombies import crash_leftovers, install_automation

PATIENCE = 120.0
TRIGGER: TypeAdapter[DeploymentTriggerTypes] = TypeAdapter(DeploymentTriggerTypes)


async def bootstrap(deployments: list[Deployment], *, sole_worker: bool = False) -> None:
    """Make pool, queues, deployments and automation as listed; what the list no longer holds leaves the pool.

    `sole_worker`: nobody else serves the pool, so what is unfinished now was cut off and is ended.
    Raises AdfluxError when Prefect does not answer.
    """
    for deployment in deployments:
        # What they import takes seconds, and Prefect as many to come up.
        with _blamed_on(deployment):
            load_flow_from_entrypoint(deployment.entrypoint)
    async with get_client() as client:
        await _wait_for(client)
        await _make_pool(client)
        await _make_queues(client)
        if sole_worker:
            await crash_leftovers(client, POOL)
        print("ready for a worker", flush=True)  # noqa: T201 - services.py waits for this line
        wanted = {await _deploy(client, deployment) for deployment in deployments}
        pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL]))
        for there in await client.read_deployments(work_pool_filter=pool):
            if there.id not in wanted:
                # A renamed one would otherwise go on spending under its old name.
                await client.delete_deployment(there.id)
        await install_automation(client)


def main() -> None:
    try:
        said = _parser().parse_args()
        deployments = read_deployments(said.file)
        with database.connection() as connected:
            # Two at once: the second waits here, and then finds everything in place.
            connected.execute(text("SELECT pg_advisory_xact_lock(hashtext('adflux.bootstrap'))"))
            asyncio.run(bootstrap(deployments, sole_worker=said.sole_worker))
    except AdfluxError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a program's one line to whoever started it
        sys.exit(error.exit_code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deployments.bootstrap", description=__doc__)
    parser.add_argument("--file", type=Path, default=find_prefect_yaml(), help="the list of deployments")
    parser.add_argument("--sole-worker", action="store_true", help="end runs cut off earlier")
    return parser


async def _wait_for(client: PrefectClient) -> None:
    deadline = time.monotonic() + PATIENCE
    while (problem := await client.api_healthcheck()) is not None:
        if time.monotonic() > deadline:
            raise AdfluxError(f"Prefect at {client.api_url} does not answer: {problem}")
        await asyncio.sleep(0.1)


async def _make_pool(client: PrefectClient) -> None:
    template = ProcessWorker.get_default_base_job_template()
    # Named, it starts the run at once; left to itself, the worker starts a second Python first, to look
    # for code to fetch, and every run comes 3 s later.
    template["variables"]["properties"]["command"]["default"] = "python -m prefect.engine"
    pool = WorkPoolCreate(
        name=POOL,
        type=ProcessWorker.type,
        description="Runs AdFlux's flows as processes beside the worker.",
        base_job_template=template,
    )
    try:
        await client.create_work_pool(pool)
    except ObjectAlreadyExists:
        if (await client.read_work_pool(POOL)).type != ProcessWorker.type:
            return  # made for pods (docs/containers.md): its template is that of whoever made it
        # What a worker can bear is its own limit: one of the pool would hold for all machines together.
        changed = WorkPoolUpdate(
            description=pool.description, base_job_template=template, concurrency_limit=None
        )
        await client.update_work_pool(POOL, changed)


async def _make_queues(client: PrefectClient) -> None:
    """A worker without room for all takes from the first of them first."""
    for priority, name in enumerate(QUEUES, start=1):
        try:
            await client.create_work_queue(name, work_pool_name=POOL, priority=priority)
        except ObjectAlreadyExists:
            there = await client.read_work_queue_by_name(name, work_pool_name=POOL)
            if there.priority != priority:
                await client.update_work_queue(there.id, priority=priority)


async def _deploy(client: PrefectClient, deployment: Deployment) -> UUID:
    with _blamed_on(deployment):
        runner = RunnerDeployment.from_entrypoint(
            **deployment.model_dump(
                include={"entrypoint", "name", "description", "tags", "version", "parameters", "paused"}
            ),
            concurrency_limit=deployment.concurrency_limit,
            enforce_parameter_schema=deployment.enforce_parameter_schema,
            triggers=[TRIGGER.validate_python(trigger) for trigger in _named_triggers(deployment)],
            work_pool_name=deployment.work_pool.name,
            work_queue_name=deployment.work_pool.work_queue_name,
            job_variables=deployment.work_pool.job_variables,
        )
        made = await runner.aapply(schedules=[schedule.payload() for schedule in deployment.schedules])
    slugs = {schedule.slug for schedule in deployment.schedules}
    for schedule in await client.read_deployment_schedules(made):
        if schedule.slug not in slugs:
            await client.delete_deployment_schedule(made, schedule.id)
    return made


@contextmanager
def _blamed_on(deployment: Deployment) -> Iterator[None]:
    where = f"prefect.yaml: {deployment.entrypoint} ({deployment.name})"
    try:
        yield
    except (ImportError, AttributeError, MissingFlowError) as error:
        raise ConfigurationError(f"{where}: {error}") from None
    except (DeploymentApplyError, PrefectHTTPStatusError, ValidationError) as error:
        raise ConfigurationError(f"{where}: {_one_line(error)}") from None


def _named_triggers(deployment: Deployment) -> list[dict[str, object]]:
    return [
        {"name": f"{deployment.name}-{number}", **trigger}
        for number, trigger in enumerate(deployment.triggers, start=1)
    ]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


if __name__ == "__main__":
    main()
