"""The dashboard as it is shipped, alone: served over HTTP and WebSocket, with a login or without."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from adflux_core.settings import Settings
from deployments.ports import free_port

COOKIE, COOKIE_SECRET = "_streamlit_user", "a cookie secret of thirty-two characters or more"
METRICS_TOKEN = "a token of sixteen characters or more"
PATIENCE = 180.0  # a first page imports everything, on a busy machine


@dataclass(frozen=True)
class Served:
    """One dashboard that answers at `url`."""

    url: str

    def get(self, path: str, cookies: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        return self.ask("GET", path, cookies, **headers)

    def ask(
        self, method: str, path: str, cookies: dict[str, str] | None = None, **headers: str
    ) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if cookies:
            named["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return httpx.request(method, f"{self.url}{path}", headers=named, trust_env=False, timeout=60)

    def cookie(
        self, account: str, *, hours_ago: float = 0, secret: str = COOKIE_SECRET, **told: Any
    ) -> dict[str, str]:
        """What a login of that account leaves in the browser; `hours_ago`: when it was."""

        class Then(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(time.time() - hours_ago * 3600)

        who = {"email": account, "email_verified": True, "is_logged_in": True, "origin": self.url, **told}
        signed = URLSafeTimedSerializer(secret, salt=COOKIE, signer=Then).dumps(json.dumps(who))
        return {COOKIE: str(signed)}

    def socket(self, cookies: dict[str, str] | None = None, **headers: str) -> ClientConnection:
        """An open one as a browser opens it. Raises InvalidStatus when it is refused."""
        origin: Any = headers.pop("Origin", self.url)
        xsrf = self.get("/_stcore/health").cookies.get("_streamlit_xsrf", "")
        sent = {**(cookies or {}), **({"_streamlit_xsrf": xsrf} if xsrf else {})}
        named = {"Cookie": "; ".join(f"{name}={value}" for name, value in sent.items())} if sent else {}
        return connect(
            f"{self.url.replace('http', 'ws')}/_stcore/stream",
            additional_headers={**named, **headers},
            origin=origin,
            subprotocols=["streamlit", xsrf or "x"],  # type: ignore[list-item]
            proxy=None,
            max_size=None,
        )


def drawn(socket: ClientConnection, page: str = "") -> tuple[str, list[str]]:
    """Run a page: everything that is text on it, and the pages its navigation shows."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.query_string = "lang=en"
    socket.send(asked.SerializeToString())
    texts, shown = [], []
    while True:
        message = ForwardMsg()
        message.ParseFromString(bytes(socket.recv(timeout=PATIENCE)))  # type: ignore[arg-type]
        kind = message.WhichOneof("type")
        if kind == "navigation":
            shown = [one.url_pathname for one in message.navigation.app_pages if not one.is_hidden]
        elif kind == "delta":
            texts.append(str(message.delta))
        elif kind == "script_finished":
            return "\n".join(texts), shown


@contextmanager
def served(folder: Path, database_url: str, **more: str) -> Iterator[Served]:
    """`more`: settings, such as those of a login."""
    own = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in own}
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "ADFLUX_DATABASE_URL": database_url,
        "ADFLUX_DASHBOARD_URL": url,
        "ADFLUX_HOME": str(folder),
    }
    with (folder / "dashboard.log").open("w") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "dashboard.served", "--port", str(port)],
            env={**inherited, **environment, **more},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            wait_until_alive(child, f"{url}/_stcore/health", folder / "dashboard.log")
            yield Served(url)
        finally:
            child.terminate()
            child.wait(30)


def wait_until_alive(child: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert child.poll() is None, log.read_text()[-2000:]
        try:
            if httpx.get(url, trust_env=False, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text()[-2000:])
