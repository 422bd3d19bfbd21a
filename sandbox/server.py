"""The sandbox as a server on loopback, in a thread of its own."""

import logging
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sandbox import control
from sandbox.calls import Call, Calls
from sandbox.clock import Clock
from sandbox.faults import CONNECTION, GRPC_REPLIES, OAUTH_PATH, REPLIES, TOKEN, Fault, Faults
from sandbox.gemini.wire import Gemini, is_gemini
from sandbox.handler import Handler
from sandbox.holds import Holds
from sandbox.known import HOST, Known
from sandbox.meta.delivery import let_time_pass
from sandbox.meta.state import Account
from sandbox.meta.wire import Graph
from sandbox.misbehaviour import PAGES, false_reply
from sandbox.web import Reply, Request

if TYPE_CHECKING:
    from sandbox.google_ads.platform import GoogleAds

T = TypeVar("T")
CONSENT_PATH = ("o", "oauth2/v2/auth")
LOG = logging.getLogger("sandbox")


class Sandbox(Known, ThreadingHTTPServer):
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
        google_ads: bool = False,
        accounts: int = 1,
    ) -> None:
        """`accounts`: how many on each platform, all opened by the same credentials."""
        self.clock: Clock = Clock(timezone, today)
        self.faults: Faults = Faults()
        self.calls: Calls = Calls()
        self.holds: Holds = Holds()
        self.latency: float = 0.0
        self.accounts: list[Account] = [
            Account(self.clock, currency, seed, country, place) for place in range(accounts)
        ]
        self.account: Account = self.accounts[0]
        self.graph: Graph = Graph(self.accounts)
        self.gemini: Gemini = Gemini(seed)
        self.clock.on_advance += [self._apply_late, self._let_time_pass]
        self.google_ads: GoogleAds | None = None
        self._late: list[tuple[datetime, Callable[[], object]]] = []
        self._lock = threading.RLock()
        self.crashes: list[BaseException] = []
        self._stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
        )
        super().__init__((HOST, port), Handler)
        if google_ads:
            # Its types take a second and a hundred megabytes, which a world without it is not to pay for.
            from sandbox.google_ads import platform

            self.google_ads = platform.GoogleAds(self, currency, seed, accounts)

    @property
    def lock(self) -> threading.RLock:
        """Held by whoever reads or changes what the platforms hold."""
        return self._lock

    # Starting and stopping.

    def __enter__(self) -> Self:
        self._thread.start()
        if self.google_ads is not None:
            self.google_ads.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        if self.crashes and kind is None:
            raise RuntimeError(f"the sandbox itself failed: {self.crashes[0]!r}") from self.crashes[0]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A mistake of ours looks like a lost reply to the client, so it is kept for the end of the world."""
        problem = sys.exc_info()[1]
        if problem is not None and not isinstance(problem, ConnectionError):
            self.crashes.append(problem)
            super().handle_error(request, client_address)

    def stop(self) -> None:
        self._stopping.set()
        self.holds.close()
        if self.google_ads is not None:
            self.google_ads.stop()
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
        call, reply = self.undergo(
            request.method,
            request.path,
            request.params,
            lambda fault: self._do(request.under(fault) if fault else request),
            lambda fault: self._false_reply(request, fault),
            in_batch=request.in_batch,
        )
        call.status = int(reply.status) if reply else None
        return reply

    def undergo(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        deed: Callable[[Fault | None], T],
        false: Callable[[Fault], T],
        *,
        in_batch: bool = False,
    ) -> tuple[Call, T | None]:
        """Record a call and let it suffer what is scripted. Its outcome is none when the client gets nothing.

        `deed` does what is asked, under a fault that touches the doing; `false` is an answer in its place.
        """
        self._wait(0 if in_batch else self.latency)
        with self._lock:
            call = self.calls.begin(method, path, params, in_batch=in_batch)
            fault = self.faults.take(method, path, params)
        call.fault = fault.kind if fault else None
        if fault is None:
            return call, deed(None)
        if fault.kind in CONNECTION:
            return call, self._lose(lambda: deed(None), fault, call)
        if fault.kind in REPLIES or fault.kind in GRPC_REPLIES or fault.kind in TOKEN:
            if fault.details.get("after_commit"):
                deed(None)
            return call, false(fault)
        return call, deed(fault)

    def _do(self, request: Request) -> Reply:
        if request.path == "" and request.method == "POST" and not request.in_batch:
            return self.graph.answer_batch(request, self.perform)
        with self._lock:
            if self.google_ads is not None and _is_token(request):
                return self.google_ads.access.token(request)
            if self.google_ads is not None and (request.version, request.path) == CONSENT_PATH:
                return self.google_ads.access.consent.ask(request)
            if is_gemini(request):
                return self.gemini.answer(request)
            return self.graph.answer(request)

    def _false_reply(self, request: Request, fault: Fault) -> Reply:
        with self._lock:
            if self.google_ads is not None and _is_token(request) and fault.kind not in PAGES:
                return self.google_ads.false_token(fault)
            return false_reply(self.graph, request, fault)

    def _lose(self, do: Callable[[], T], fault: Fault, call: Call) -> T | None:
        if fault.kind == "hold":
            return self._hold(do, fault, call)
        if fault.kind == "delay":
            return self._do_slowly(do, fault)
        if fault.kind == "drop_after_commit":
            do()
        elif fault.kind == "late_commit":
            with self._lock:
                self._late.append((self.clock.after(fault.details["seconds"]), do))
        return None

    def _hold(self, do: Callable[[], T], fault: Fault, call: Call) -> T | None:
        done = do() if fault.details["after_commit"] else None
        if not self.holds.wait(call):
            return None
        return done or do()

    def _do_slowly(self, do: Callable[[], T], fault: Fault) -> T:
        if fault.details["after_commit"]:
            done = do()
            self._wait(fault.details["seconds"])
            return done
        self._wait(fault.details["seconds"])
        return do()

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
        due = [do for moment, do in self._late if moment <= until]
        self._late = [entry for entry in self._late if entry[0] > until]
        for do in due:
            do()
        return len(due)

    def _let_time_pass(self, before: datetime, now: datetime) -> None:
        for account in self.accounts:
            let_time_pass(account, before, now)
        if self.google_ads is not None:
            self.google_ads.let_time_pass(before, now)


def _is_token(request: Request) -> bool:
    return request.path == OAUTH_PATH and not request.version
