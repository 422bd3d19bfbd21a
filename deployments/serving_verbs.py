"""`adflux server`, `worker`, `dashboard`, `bootstrap`: one part of `adflux up` alone, on its own machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from adflux_core import database
from adflux_core.errors import AdfluxError, ConfigurationError
from adflux_core.settings import LOOPBACK, child_environment, settings
from deployments import programs
from deployments.answers import fail
from deployments.child import Child
from deployments.prefect_environment import client_side, prefect_environment
from deployments.workplace import join_running

ADDRESS = click.option("--address", default="127.0.0.1", help="Where it listens; by default on loopback.")


@click.group()
def serving() -> None:
    """Its verbs are added to `adflux` one by one."""


def part(function: Callable[..., Child]) -> Callable[..., None]:
    """A verb that becomes the program it names, so that whoever started it signals that one."""

    @wraps(function)
    def run(**given: Any) -> None:
        try:
            child = function(**given)
        except AdfluxError as error:
            fail(error, as_json=False)
        os.chdir(child.folder)
        os.execve(child.command[0], child.command, child_environment(child.environment))  # noqa: S606 - no shell

    return run


@serving.command()
@ADDRESS
@click.option("--port", type=int, default=4200, help="4200 by default.")
@part
def server(address: str, port: int) -> Child:
    """Prefect's server, on the database of PREFECT_API_DATABASE_CONNECTION_URL."""
    given = child_environment({})
    password = given.get("PREFECT_API_AUTH_STRING")
    if address not in LOOPBACK and not password:
        raise ConfigurationError(
            "PREFECT_API_AUTH_STRING is not set: without one anybody who reaches the server runs flows; "
            "set the same name:password here and where workers and dashboard run"
        )
    home = settings().adflux_home
    made = prefect_environment(home, f"http://127.0.0.1:{port}/api") | {"PREFECT_SERVER_API_HOST": address}
    # What is given holds: the key that all copies share, the address that people's browsers come from.
    chosen = {name: given[name] for name in made if name.startswith("PREFECT_") and given.get(name)}
    if password:
        chosen["PREFECT_SERVER_API_AUTH_STRING"] = password
    known = {**programs.settings_environment(), **made, **chosen}
    return programs.server(home, port, known, address=address)


@serving.command()
@ADDRESS
@click.option("--port", type=int, default=8501, help="8501 by default.")
@part
def dashboard(address: str, port: int) -> Child:
    """The dashboard, on the database of ADFLUX_DATABASE_URL and the Prefect at PREFECT_API_URL."""
    return programs.dashboard(settings().adflux_home, port, _beside_a_server(), address=address)


@serving.command()
@part
def bootstrap() -> Child:
    """Bring database and Prefect to what this version expects. Safe to repeat, and at once."""
    known = _beside_a_server()
    database.migrate()
    return programs.bootstrap(settings().adflux_home, programs.find_prefect_yaml(), known, sole_worker=False)


@serving.command()
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
@part
def worker(queues: tuple[str, ...], limit: int) -> Child:
    """Do work of the Prefect at PREFECT_API_URL, or of the AdFlux that runs here, until Ctrl-C."""
    if not join_running() and not child_environment({}).get("PREFECT_API_URL"):
        raise ConfigurationError(
            "PREFECT_API_URL is not set, and no AdFlux runs on this ADFLUX_HOME: set it to the address of "
            "Prefect's server, as http://prefect.internal:4200/api"
        )
    known = _beside_a_server()
    if gap := database.schema_gap():
        raise ConfigurationError(f"database: {gap}")
    # The process stays this one, so whoever reads the name finds the worker.
    name = f"{socket.gethostname()} {os.getpid()}"
    return programs.worker(settings().adflux_home, known, name=name, queues=queues, at_once=limit)


def _beside_a_server() -> dict[str, str]:
    """The environment of what speaks to Prefect and the database at the addresses that are set."""
    settings().require("adflux_database_url")
    if not child_environment({}).get("PREFECT_API_URL"):
        raise ConfigurationError(
            "PREFECT_API_URL is not set: the address of Prefect's server, as http://prefect.internal:4200/api"
        )
    made = client_side(prefect_environment(settings().adflux_home))
    return {**programs.settings_environment(), **made, "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false"}
