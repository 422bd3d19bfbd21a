"""HTTP/1.1 with keep-alive; header and body leave in one send, which saves 40 ms a call on loopback."""

import json
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from http.client import responses
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, urlsplit

from sandbox.control import UnknownPathError
from sandbox.faults import OAUTH_PATH
from sandbox.web import Reply, Request, decode_form, json_reply

if TYPE_CHECKING:
    from sandbox.server import Sandbox

CONTROL = "_sandbox/"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def world(self) -> "Sandbox":
        return cast("Sandbox", self.server)

    def setup(self) -> None:
        super().setup()
        self.world.opened(self.connection)

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            self.world.closed(self.connection)

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            self.close_connection = True  # the client has gone; there is nobody left to tell

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        """Silence: refusals have a log of their own."""

    def _answer(self) -> None:
        address = urlsplit(self.path)
        path = address.path.strip("/")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if path.startswith(CONTROL):
            reply: Reply | None = self._control(path.removeprefix(CONTROL), address.query, body)
        else:
            reply = self.world.perform(self._request(path, address.query, body))
        if reply is None:
            self.close_connection = True
            return
        self._send(reply)

    def _control(self, path: str, query: str, body: bytes) -> Reply:
        try:
            given = json.loads(body) if body else dict(parse_qsl(query))
            return json_reply(self.world.control(self.command, path, given))
        except UnknownPathError as problem:
            return json_reply({"error": str(problem)}, HTTPStatus.NOT_FOUND)
        except (ValueError, TypeError) as problem:
            return json_reply({"error": str(problem)}, HTTPStatus.BAD_REQUEST)

    def _request(self, path: str, query: str, body: bytes) -> Request:
        version, _, rest = ("", "", path) if path == OAUTH_PATH else path.partition("/")
        params = decode_form(query)
        files: dict[str, bytes] = {}
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("application/json"):
            pass  # read by whoever speaks JSON
        elif kind.startswith("multipart/form-data"):
            fields, files = _multipart(kind, body)
            params |= fields
        else:
            params |= decode_form(body.decode(errors="replace"))
        authorization = self.headers.get("Authorization", "")
        scheme, _, token = authorization.partition(" ")
        bearer = token if scheme in ("Bearer", "OAuth") else None
        basic = token if scheme == "Basic" else None
        base = self.world.meta_graph_url
        key = self.headers.get("x-goog-api-key")
        where = (self.command, rest.strip("/"), version)
        return Request(*where, params, base, bearer=bearer, basic=basic, api_key=key, body=body, files=files)

    def _send(self, reply: Reply) -> None:
        reason = responses.get(reply.status, "")
        lines = [
            f"HTTP/1.1 {int(reply.status)} {reason}",
            f"Content-Type: {reply.content_type}",
            f"Content-Length: {len(reply.body)}",
            *(f"{name}: {value}" for name, value in reply.headers.items()),
        ]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + reply.body)


def _multipart(kind: str, body: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        name = str(part.get_param("name", header="content-disposition"))
        if part.get_filename():
            files[part.get_filename() or name] = bytes(content)
        else:
            fields[name] = bytes(content).decode()
    return fields, files
