"""The programs of the stack: how each is called, and what it is allowed to know."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from secrets import token_urlsafe

from pydantic import SecretStr

from adflux_core.settings import child_environment, settings
from deployments.child import Child
from deployments.ports import free_port
from deployments.prefect_environment import kept_secret, private_folder

POOL = "adflux"
# By kind of work; what a worker has too little room for waits in this order.
QUEUES = ("publish", "sync", "compute")
AT_ONCE = 6  # flow runs on one worker; each is a process of about 90 MB
DASHBOARD_SECRETS = (
    "ADFLUX_DATABASE_URL",
    "ADFLUX_OIDC_CLIENT_SECRET",
    "ADFLUX_COOKIE_SECRET",
    "ADFLUX_METRICS_TOKEN",
)


def sandbox(home: Path, options: Sequence[str], environment: Mapping[str, str]) -> Child:
    return Child(
        "sandbox",
        [sys.executable, "-m", "sandbox", *options],
        home=home,
        environment=_without_secrets(environment),
    )


def server(home: Path, port: int, environment: Mapping[str, str], *, address: str = "127.0.0.1") -> Child:
    return Child(
        "prefect",
        [
            *(sys.executable, "-m", "deployments.prefect_server", "server", "start"),
            *("--host", address, "--port", str(port)),
        ],
        home=home,
        environment=_without_secrets(environment),
        health=(port, "/api/health"),
    )


def bootstrap(home: Path, listed: Path, environment: Mapping[str, str], *, sole_worker: bool = True) -> Child:
    """`sole_worker`: nobody else serves the pool, so what is unfinished in it was cut off."""
    alone = ["--sole-worker"] if sole_worker else []
    return Child(
        "bootstrap",
        [sys.executable, "-m", "deployments.bootstrap", *alone, "--file", str(listed)],
        home=home,
        environment=environment,
    )


def find_prefect_yaml() -> Path:
    """In the installed package, or at the root of a checkout."""
    installed = Path(__file__).with_name("prefect.yaml")
    return installed if installed.exists() else Path(__file__).parents[1] / "prefect.yaml"


def worker(
    home: Path,
    environment: Mapping[str, str],
    *,
    name: str = "adflux",
    queues: Sequence[str] = (),
    at_once: int = AT_ONCE,
) -> Child:
    """`queues`: those it serves; none: all of them."""
    port = free_port()
    return Child(
        "worker",
        [
            *(sys.executable, "-m", "deployments.prefect_worker", "worker", "start"),
            *("--pool", POOL, "--type", "process"),
            *("--name", name, "--limit", str(at_once), "--with-healthcheck"),
            *(option for queue in queues for option in ("--work-queue", queue)),
        ],
        home=home,
        environment={
            **environment,
            # The pool says `python`: ours, whatever the PATH of whoever started us holds.
            "PATH": f"{Path(sys.executable).parent}:{child_environment({})['PATH']}",
            # Prefect's runner keeps a folder of a fixed name there: two users of one machine would collide.
            "TMPDIR": str(private_folder(home / "tmp")),
            "PREFECT_WORKER_WEBSERVER_HOST": "127.0.0.1",
            "PREFECT_WORKER_WEBSERVER_PORT": str(port),
        },
        health=(port, "/health"),
    )


def dashboard(home: Path, port: int, environment: Mapping[str, str], *, address: str = "127.0.0.1") -> Child:
    """It alone knows what people log in with; of the worker's secrets only the database's address."""
    kept = kept_secret(private_folder(home / "dashboard") / "cookie-secret", lambda: token_urlsafe(32))
    needed = {"ADFLUX_COOKIE_SECRET": kept} | {
        name: environment[name] for name in DASHBOARD_SECRETS if environment.get(name)
    }
    return Child(
        "dashboard",
        [sys.executable, "-m", "dashboard.served", "--address", address, "--port", str(port)],
        home=home,
        environment={**_without_secrets(environment), **needed},
        health=(port, "/_stcore/health"),
    )


def settings_environment() -> dict[str, str]:
    """The settings of this process as variables, so those from `.env` reach a child in another folder."""
    values = {}
    for name in settings().model_fields_set:
        value = getattr(settings(), name)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        elif isinstance(value, Path):
            value = value.expanduser().resolve()
        elif isinstance(value, bool):
            value = int(value)
        values[name.upper()] = "" if value is None else str(value)
    return values


def _without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Only the worker spends money: nothing else gets a platform's credentials or the database's password."""
    fields = type(settings()).model_fields
    secret = {name.upper() for name, field in fields.items() if "SecretStr" in str(field.annotation)}
    return {**environment, **dict.fromkeys(secret, "")}
