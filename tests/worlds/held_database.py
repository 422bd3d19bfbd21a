"""PostgreSQL behind a wire of our own, which can be held still before or after a chosen commit.

A relay on loopback that reads just enough of the frontend protocol to see `COMMIT`. Held before, the commit
has not reached the server; held after, the server has committed and the client does not know it yet.
"""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from sqlalchemy import make_url

COMMIT = b"Q" + struct.pack("!I", 4 + len(b"COMMIT\0")) + b"COMMIT\0"
IN_THE_CLEAR = {80877103, 80877104}  # a client that asks for TLS or GSSAPI is told no


class Gate:
    """Where one commit stands still."""

    def __init__(self) -> None:
        self._opened = threading.Event()
        self._lost = False

    def open(self, *, lost: bool) -> None:
        """Let it go on; lost: its connection is cut instead, on both ends."""
        self._lost = lost
        self._opened.set()

    def wait(self) -> bool:
        """Whether it goes on."""
        self._opened.wait()
        return not self._lost


class HeldDatabase(socketserver.ThreadingTCPServer):
    """`with HeldDatabase(url) as wire:` serves the same database at `wire.url`."""

    daemon_threads = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        there = make_url(url)
        self.server = (str(there.host), int(there.port or 5432))
        self.url = there.set(port=self.server_address[1]).render_as_string(hide_password=False)
        self.held = threading.Event()
        self.commits = 0
        self._lock = threading.Lock()
        self._chosen: tuple[int, str] | None = None
        self.gate = Gate()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.gate.open(lost=True)
        self.shutdown()
        self._thread.join()
        with self._lock:
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def arm(self, nth: int | None = None, side: str = "before") -> None:
        """Count commits anew, and hold the n-th of them (from 0) on that side of it; None: hold none."""
        with self._lock:
            self.commits = 0
            self._chosen = None if nth is None else (nth, side)
            self.gate = Gate()
            self.held.clear()

    def ports(self) -> list[int]:
        """The client ports, as the server sees them, of all that is connected through here."""
        with self._lock:
            return [one.getsockname()[1] for one in self._open if one.fileno() >= 0]

    # For the connections.

    def at_commit(self) -> str | None:
        """Which side of this commit is to be held."""
        with self._lock:
            mine = self._chosen is not None and self._chosen[0] == self.commits
            self.commits += 1
            return self._chosen[1] if mine and self._chosen else None

    def goes_on(self) -> bool:
        """Wait to be let go."""
        gate = self.gate
        self.held.set()
        return gate.wait()

    def keep(self, *sockets: socket.socket) -> None:
        with self._lock:
            self._open.update(sockets)

    def drop(self, *sockets: socket.socket) -> None:
        with self._lock:
            self._open.difference_update(sockets)
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class _Connection(socketserver.BaseRequestHandler):
    server: HeldDatabase
    request: socket.socket

    def handle(self) -> None:
        self.hold_reply = False
        with socket.create_connection(self.server.server) as there:
            for one in (self.request, there):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.server.keep(self.request, there)
            back = threading.Thread(target=self._back, args=(there,))
            back.start()
            # Whoever ends first, client or server, takes the other end along, as a closed wire does.
            with suppress(OSError):
                self._front(there)
            self.server.drop(self.request, there)
            back.join()

    def _front(self, there: socket.socket) -> None:
        while head := self._exactly(8):
            length, code = struct.unpack("!II", head)
            if code in IN_THE_CLEAR:
                self.request.sendall(b"N")
                continue
            there.sendall(head + self._exactly(length - 8))
            break
        while head := self._exactly(5):
            message = head + self._exactly(struct.unpack("!I", head[1:])[0] - 4)
            side = self.server.at_commit() if message == COMMIT else None
            if side == "before" and not self.server.goes_on():
                return
            self.hold_reply = side == "after"
            there.sendall(message)

    def _back(self, there: socket.socket) -> None:
        with suppress(OSError):
            while data := there.recv(65_536):
                if self.hold_reply and not self.server.goes_on():
                    break
                self.hold_reply = False
                self.request.sendall(data)
        self.server.drop(self.request, there)

    def _exactly(self, count: int) -> bytes:
        """That many bytes, or none once the client has gone."""
        read = b""
        while len(read) < count:
            more = self.request.recv(count - len(read))
            if not more:
                return b""
            read += more
        return read
