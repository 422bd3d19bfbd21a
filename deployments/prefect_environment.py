"""The environment Prefect runs in: closed, quiet, the same for the server, the worker and our own calls."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from adflux_core.errors import ConfigurationError
from adflux_core.settings import child_environment

LOGGING = Path(__file__).with_name("logging.yml")


def prefect_environment(home: Path, api_url: str | None = None) -> dict[str, str]:
    """Every variable Prefect needs, for a server at `api_url`; without one, for a run that brings its own.

    Set before Prefect is imported: it reads its settings once. Raises ConfigurationError when `home`
    cannot be written.
    """
    folder = private_folder(private_folder(home) / "prefect")
    values = {
        "PREFECT_HOME": str(folder),
        "PREFECT_LOGGING_SETTINGS_PATH": str(LOGGING),
        "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",  # the default pickles: a result could run code
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",  # read by the automation in zombies.py
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_SERVER_ENCRYPTION_KEY": kept_secret(folder / "encryption-key", _fernet_key),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # Runs end up in our receipts: Prefect drops its own with logs and artifacts after 90 days.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_METRICS_ENABLED": "true",  # at /api/metrics, behind the same password
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_UI_V2_ENABLED": "false",  # V2 calls other hosts from the browser; V1 calls none
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false" if api_url else "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # it takes 10 s, on a busy machine 30
        "DO_NOT_TRACK": "1",
        **_no_proxy(),
    }
    if api_url is None:
        return values
    auth = kept_secret(folder / "auth", lambda: f"adflux:{secrets.token_urlsafe(18)}")
    port = urlsplit(api_url).port
    return values | {
        "PREFECT_API_URL": api_url,
        "PREFECT_API_AUTH_STRING": auth,
        "PREFECT_SERVER_API_AUTH_STRING": auth,
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port},http://localhost:{port}",
        # The page asks the host it came from, so the UI works under both names of this machine.
        "PREFECT_SERVER_UI_API_URL": "/api",
    }


def client_side(environment: Mapping[str, str]) -> dict[str, str]:
    """What the worker and our own commands need of it: the server's own keys stay with the server."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith("PREFECT_SERVER_") or name == "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"
    }


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in `path`, made on first use and readable by its owner alone."""
    if not path.exists():
        staging = path.with_name(f"{path.name}-{secrets.token_hex(4)}")
        staging.touch(mode=0o600, exist_ok=False)
        staging.write_text(make())
        try:
            # A link, not a rename: of two that start at once, the second keeps what the first made.
            path.hardlink_to(staging)
        except FileExistsError:
            pass
        finally:
            staging.unlink()
    return path.read_text()


def private_folder(path: Path) -> Path:
    """A folder under ADFLUX_HOME that only its owner enters."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"ADFLUX_HOME {path.parent}: {error.strerror}; choose a folder you can write"
        ) from None
    return path


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _no_proxy() -> dict[str, str]:
    """A company proxy in the environment must not be asked for our own loopback."""
    inherited = child_environment({})
    named = inherited.get("no_proxy") or inherited.get("NO_PROXY") or ""
    hosts = ",".join(dict.fromkeys([*filter(None, named.split(",")), "127.0.0.1", "localhost"]))
    return {"no_proxy": hosts, "NO_PROXY": hosts}
