"""Streamlit's page, told where its server is: from another page's address it looks in a wrong place first."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope, Send

# It would ask below the address of the page, be told that nothing is there, and wait before it asks again.
SCRIPT = '<script>window.__streamlit = {BACKEND_BASE_URL: location.origin + "/"}</script>'
BEFORE = b'<script type="module"'


def as_written(scope: Scope) -> Scope:
    """The same request; one for a page asks for it as it is written, and not compressed."""
    if "text/html" not in Headers(scope=scope).get("accept", ""):
        return scope
    return {**scope, "headers": [one for one in scope["headers"] if one[0].lower() != b"accept-encoding"]}


def told_where(send: Send) -> Send:
    """Answers that are pages of Streamlit's are sent with `SCRIPT` in them; everything else as it is."""
    start: Message | None = None
    parts: list[bytes] = []

    async def sent(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start" and _is_page(message):
            start = message
            return
        if start is None:
            await send(message)
            return
        parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        body = b"".join(parts).replace(BEFORE, SCRIPT.encode() + BEFORE, 1)
        MutableHeaders(scope=start)["content-length"] = str(len(body))
        await send(start)
        await send({"type": "http.response.body", "body": body})

    return sent


def _is_page(message: Message) -> bool:
    headers = MutableHeaders(scope=message)
    written = message["status"] == 200 and "content-encoding" not in headers
    return written and headers.get("content-type", "").startswith("text/html")
