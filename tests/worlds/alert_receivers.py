"""Who receives alerts: a webhook, a mail server, and Slack behind a proxy, all on loopback and all real."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import trustme


@dataclass
class Received:
    """What came, in order; `status` is what is answered from now on, `location` where to lead on to."""

    port: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    location: str = ""


@contextmanager
def webhook(secured: ssl.SSLContext | None = None) -> Iterator[Received]:
    received = Received()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.messages.append({"path": self.path, **json.loads(body)})
            self.send_response(received.status)
            if received.location:
                self.send_header("Location", received.location)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:  # type: ignore[override]
            pass

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Answering), received, secured):
        yield received


@contextmanager
def mail_server() -> Iterator[Received]:
    """Speaks as much SMTP as a client needs to hand over one message."""
    received = Received()

    class Talking(StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 post.example.com\r\n")
            envelope: list[str] = []
            for line in self.rfile:
                said = line.decode().strip()
                if said.upper() == "DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = [*iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), ".")]
                    received.messages.append({"envelope": envelope, "text": "\n".join(lines)})
                elif said.upper().startswith(("MAIL", "RCPT")):
                    envelope.append(said)
                self.wfile.write(b"221 bye\r\n" if said.upper() == "QUIT" else b"250 ok\r\n")

    with _served(ThreadingTCPServer(("127.0.0.1", 0), Talking), received, None):
        yield received


@contextmanager
def slack(trusted: trustme.CA) -> Iterator[Received]:
    """hooks.slack.com, for whoever asks for it through the proxy at `port` and trusts this authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trusted.issue_cert("hooks.slack.com").configure_cert(context)
    with webhook(context) as received:

        class Proxying(StreamRequestHandler):
            def handle(self) -> None:
                asked = self.rfile.readline().split()[1]
                while self.rfile.readline().strip():
                    pass
                if asked != b"hooks.slack.com:443":
                    self.wfile.write(b"HTTP/1.1 403 no\r\n\r\n")
                    return
                with socket.create_connection(("127.0.0.1", received.port)) as there:
                    self.wfile.write(b"HTTP/1.1 200 ok\r\n\r\n")
                    onward = threading.Thread(target=_pour, args=(self.connection, there))
                    onward.start()
                    _pour(there, self.connection)
                    onward.join()

        proxy = Received(messages=received.messages)
        with _served(ThreadingTCPServer(("127.0.0.1", 0), Proxying), proxy, None):
            yield proxy


def _pour(source: socket.socket, sink: socket.socket) -> None:
    try:
        while part := source.recv(65536):
            sink.sendall(part)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the other side has hung up, and so there is nothing to pour


@contextmanager
def _served(
    server: ThreadingTCPServer | ThreadingHTTPServer, received: Received, secured: ssl.SSLContext | None
) -> Iterator[None]:
    if secured is not None:
        server.socket = secured.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    received.port = server.server_address[1]
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        yield
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
