"""The dashboard as shipped, behind its gate, where people log in; nobody does, each has a cookie already."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from itsdangerous import URLSafeTimedSerializer

from adflux_core.settings import Settings
from deployments.ports import free_port

COOKIE, SECRET = "_streamlit_user", "the benchmark's own secret, of this hour alone"
PATIENCE = 120.0


@dataclass(frozen=True)
class Served:
    """One dashboard at `url`, in the process `pid`."""

    url: str
    pid: int

    def cookie(self, account: str) -> str:
        """What a login of that account leaves in the browser."""
        who = {"email": account, "email_verified": True, "is_logged_in": True, "origin": self.url}
        return str(URLSafeTimedSerializer(SECRET, salt=COOKIE).dumps(json.dumps(who)))

    def memory(self) -> int:
        """Bytes that it keeps in memory now."""
        return int(psutil.Process(self.pid).memory_info().rss)


@contextmanager
def served(database_url: str) -> Iterator[Served]:
    """Until the block ends. Raises SystemExit with its last words when it does not come up."""
    own = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in own}
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "dashboard.served", "--port", str(port)],
            env={
                **inherited,
                "ADFLUX_HOME": folder,
                "ADFLUX_DATABASE_URL": database_url,
                "ADFLUX_DASHBOARD_URL": url,
                "ADFLUX_OIDC_METADATA_URL": "http://127.0.0.1:9/nobody-logs-in-here",
                "ADFLUX_OIDC_CLIENT_ID": "bench",
                "ADFLUX_OIDC_CLIENT_SECRET": "bench",
                "ADFLUX_COOKIE_SECRET": SECRET,
            },
            cwd=Path(__file__).parents[2],
            stdout=log,
            stderr=log,
        )
        try:
            _wait(child, url)
            yield Served(url, child.pid)
        finally:
            child.terminate()
            child.wait(30)
            log.seek(0)
            said = log.read()
            if "Traceback" in said or "Error" in said:
                print(said[-4000:], file=sys.stderr)


def _wait(child: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and child.poll() is None:
        try:
            if httpx.get(f"{url}/_stcore/health", trust_env=False, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the dashboard did not come up")
