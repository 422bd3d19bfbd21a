"""The sandbox as a server on loopback, in a thread of its own."""

import logging
import socket
import threading
from contextlib import suppress
from datetime import date, datetime
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from sandbox import control
from sandbox.calls import Call, Calls
from sandbox.clock import Clock
from sandbox.faults import CONNECTION, REPLIES, Fault, Faults
from sandbox.handler import Handler
from sandbox.holds import Holds
from sandbox.meta.delivery import let_time_pass
from sandbox.meta.state import Account
from sandbox.meta.wire import Graph
from sandbox.misbehaviour import false_reply
from sandbox.web import Reply, Request

HOST = "127.0.0.1"
LOG = logging.getLogger("sandbox")


class Sandbox(ThreadingHTTPServer):
    """A world of its own: two instances share nothing.

    `with Sandbox(currency="EUR", timezone="Europe/Madrid", today=date(2026, 10, 1)) as world:` serves it at
    `world.meta_graph_url` until the block ends.
    """

    daemon_threads = False  # stopping waits until every connection has been let go
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(
        self,
        *,
        port: int = 0,
        currency: str = "COP",
        timezone: str = "America/Bogota",
        country: str = "CO",
        today: date | None = None,
        seed: int = 1,
    ) -> None:
        self.clock: Clock = Clock(timezone, today)
        self.faults: Faults = Faults()
        self.calls: Calls = Calls()
        self.holds: Holds = Holds()
        self.latency: float = 0.0
        self.account: Account = Account(self.clock, currency, seed, country)
        self.graph: Graph = Graph(self.account)
        self.clock.on_advance += [self._apply_late, self._let_time_pass]
        self._late: list[tuple[datetime, Request]] = []
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
        )
        super().__init__((HOST, port), Handler)

    # What the product needs to know of this world.

    @property
    def meta_graph_url(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}"

    @property
    def meta_ad_account_id(self) -> str:
        return self.account.id

    @property
    def meta_page_id(self) -> str:
        return self.account.page_id

    @property
    def meta_access_token(self) -> str:
        return self.account.access_token

    @property
    def meta_app_secret(self) -> str | None:
        return self.account.app_secret

    # Starting and stopping.

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self._stopping.set()
        self.holds.close()
        self.shutdown()
        self._thread.join()
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)
            if self._stopping.is_set():
                connection.shutdown(socket.SHUT_RDWR)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)

    # One request.

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """What `/_sandbox/{path}` does, without the wire; raises ValueError where that would answer 400."""
        with self._lock:
            return control.answer(self, method, path, body)

    def perform(self, request: Request) -> Reply | None:
        """The reply, or none when the connection is to be closed without one."""
        self._wait(0 if request.in_batch else self.latency)
        with self._lock:
            call = self.calls.begin(request.method, request.path, request.params, in_batch=request.in_batch)
            fault = self.faults.take(request.method, request.path, request.params)
        call.fault = fault.kind if fault else None
        reply = self._suffer(request, fault, call) if fault else self._do(request)
        call.status = int(reply.status) if reply else None
        return reply

    def _do(self, request: Request) -> Reply:
        if request.path == "" and request.method == "POST" and not request.in_batch:
            return self.graph.answer_batch(request, self.perform)
        with self._lock:
            return self.graph.answer(request)

    def _suffer(self, request: Request, fault: Fault, call: Call) -> Reply | None:
        if fault.kind in REPLIES:
            if fault.details.get("after_commit"):
                self._do(request)
            with self._lock:
                return false_reply(self.graph, request, fault)
        if fault.kind in CONNECTION:
            return self._lose(request, fault, call)
        return self._do(request.under(fault))

    def _lose(self, request: Request, fault: Fault, call: Call) -> Reply | None:
        if fault.kind == "hold":
            return self._hold(request, fault, call)
        if fault.kind == "delay":
            return self._do_slowly(request, fault)
        if fault.kind == "drop_after_commit":
            self._do(request)
        elif fault.kind == "late_commit":
            with self._lock:
                due = self.clock.after(fault.details["seconds"])
                self._late.append((due, request))
        return None

    def _hold(self, request: Request, fault: Fault, call: Call) -> Reply | None:
        done = self._do(request) if fault.details["after_commit"] else None
        if not self.holds.wait(call):
            return None
        return done or self._do(request)

    def _do_slowly(self, request: Request, fault: Fault) -> Reply:
        if fault.details["after_commit"]:
            reply = self._do(request)
            self._wait(fault.details["seconds"])
            return reply
        self._wait(fault.details["seconds"])
        return self._do(request)

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self._stopping.wait(seconds)

    # Time.

    def flush(self) -> int:
        """Apply every write that is still under way, now. Gives their number."""
        return self._apply(datetime.max.replace(tzinfo=self.clock.zone))

    def _apply_late(self, before: datetime, now: datetime) -> None:  # noqa: ARG002
        self._apply(now)

    def _apply(self, until: datetime) -> int:
        due = [request for moment, request in self._late if moment <= until]
        self._late = [entry for entry in self._late if entry[0] > until]
        for request in due:
            self._do(request)
        return len(due)

    def _let_time_pass(self, before: datetime, now: datetime) -> None:
        let_time_pass(self.account, before, now)
