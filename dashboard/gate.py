"""The gate before the dashboard: no request and no socket passes without somebody who has a role.

Open to all are whether it is alive and, where people log in, the way there; `/metrics` has its own token.
Every answer says to the browser what a page of ours may load and that nobody may frame it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import streamlit
from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.user_info import generate_login_redirect_url

from adflux_core import access
from adflux_core.access import Role
from adflux_core.errors import AdfluxError, ConfigurationError
from adflux_core.settings import settings
from dashboard import gate_pages, login
from dashboard.login import Visitor
from dashboard.reads import ask
from dashboard.root_page import SCRIPT, as_written, told_where
from dashboard.scraped import PATH, scraped
from dashboard.session import ACCOUNT, UNTIL

ALIVE = {"/_stcore/health", "/healthz"}
SIGN_IN = "/signin"
LOGIN = {SIGN_IN, "/auth/login", "/auth/logout", "/oauth2callback"}


POLICY_VIOLATION = 1008
NOBODY = Visitor("", None)


class Gate:
    """Around Streamlit's own application, over HTTP and WebSocket alike."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = _security_headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http":
            send = self._with_headers(send)
        asked = HTTPConnection(scope)
        scrapes = scope["type"] == "http" and asked.url.path == PATH
        answer = await (scraped(asked) if scrapes else self._answer(asked))
        if isinstance(answer, Visitor):
            await self._app(as_written(_told(scope, answer)), receive, told_where(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await answer(scope, receive, send)

    async def _answer(self, asked: HTTPConnection) -> Visitor | Response:
        """Whom to let in, or what to say instead."""
        http, path = asked.scope["type"] == "http", asked.url.path
        if http and path in ALIVE:
            return NOBODY
        language = gate_pages.language_of(asked)
        try:
            people_log_in = login.with_login(settings())
            if people_log_in and http and path == SIGN_IN:
                return RedirectResponse(generate_login_redirect_url("default"), 303)
            if people_log_in and http and path in LOGIN:
                return NOBODY
            visitor = login.visitor(asked, settings(), datetime.now(UTC))
            if visitor is None:
                page = gate_pages.sign_in if people_log_in else gate_pages.not_here
                return HTMLResponse(page(language), 401 if people_log_in else 403)
            if await to_thread.run_sync(_role, visitor.account) is None:
                admins = await to_thread.run_sync(_admins)
                return HTMLResponse(gate_pages.no_role(language, visitor.account, admins), 403)
        except ConfigurationError as error:
            return HTMLResponse(gate_pages.not_set_up(language, str(error)), 503)
        except AdfluxError:
            return HTMLResponse(gate_pages.no_database(language), 503)
        return visitor

    def _with_headers(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                if _encrypted():
                    headers["strict-transport-security"] = "max-age=31536000"
                    message["headers"] = [_only_encrypted(name, value) for name, value in message["headers"]]
            await send(message)

        return sent


def _role(account: str) -> Role | None:
    return ask(access.role_of, account)


def _admins() -> list[str]:
    return [one.account for one in access.people() if one.active and one.role == Role.ADMIN]


def _told(scope: Scope, visitor: Visitor) -> Scope:
    kept = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(b"x-adflux-")]
    said = {ACCOUNT: visitor.account, UNTIL: visitor.until.isoformat() if visitor.until else ""}
    told = [(name.encode(), value.encode("latin-1", "replace")) for name, value in said.items() if value]
    return {**scope, "headers": [*kept, *told]}


def _encrypted() -> bool:
    return (settings().adflux_dashboard_url or "").startswith("https://")


def _only_encrypted(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Streamlit does not know that a proxy before it encrypts."""
    if name.lower() == b"set-cookie" and b"; secure" not in value.lower():
        value += b"; Secure"
    return name, value


def _security_headers() -> dict[str, str]:
    policy = {
        "default-src": "'self'",
        # Streamlit's page holds one line of script, and one of ours; by their hashes these run, and no other.
        "script-src": " ".join(("'self'", "'wasm-unsafe-eval'", *_hashes(_page_of_streamlit() + SCRIPT))),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
    }


def _page_of_streamlit() -> str:
    return (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


def _hashes(page: str) -> Iterable[str]:
    for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL):
        yield f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
