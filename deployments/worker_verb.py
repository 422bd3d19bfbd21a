"""`adflux worker`: one more worker beside a running Prefect, on this machine or another."""

from __future__ import annotations

import os
import socket

import click

from adflux_core import database
from adflux_core.errors import AdfluxError, ConfigurationError
from adflux_core.settings import child_environment, settings
from deployments import programs
from deployments.answers import fail
from deployments.prefect_environment import client_side, prefect_environment
from deployments.workplace import join_running


@click.command()
@click.option(
    "--queue",
    "queues",
    type=click.Choice(programs.QUEUES),
    multiple=True,
    help="Only this kind of work, and may be repeated; all kinds by default.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=programs.AT_ONCE,
    help=f"At most so many runs at once; {programs.AT_ONCE} by default.",
)
def worker(queues: tuple[str, ...], limit: int) -> None:
    """Do work of the Prefect at PREFECT_API_URL, or of the AdFlux that runs here, until Ctrl-C."""
    try:
        _become_worker(queues, limit)
    except AdfluxError as error:
        fail(error, as_json=False)


def _become_worker(queues: tuple[str, ...], limit: int) -> None:
    joined = join_running()
    if not joined and not child_environment({}).get("PREFECT_API_URL"):
        raise ConfigurationError(
            "PREFECT_API_URL is not set, and no AdFlux runs on this ADFLUX_HOME: set it to the address of "
            "Prefect's server, as http://prefect.internal:4200/api"
        )
    if gap := database.schema_gap():
        raise ConfigurationError(f"database: {gap}")
    home = settings().adflux_home
    known = programs.settings_environment() | client_side(prefect_environment(home))
    known |= {"PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false"}
    # The pid stays that of this process, so whoever reads the name finds the worker.
    name = f"{socket.gethostname()} {os.getpid()}"
    child = programs.worker(home, known, name=name, queues=queues, at_once=limit)
    os.chdir(child.folder)
    os.execve(child.command[0], child.command, child_environment(child.environment))  # noqa: S606 - no shell is wanted
