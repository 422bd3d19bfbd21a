"""The seam: every failure becomes one of ours, knows its fate, pickles, and carries no token."""

from __future__ import annotations

import pickle
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from unhurried import Unhurried

from adflux_core.errors import (
    AmbiguousError,
    ConfigurationError,
    PlatformError,
    UnavailableError,
)
from adflux_core.platforms.meta.adapter import MetaPlatform
from adflux_core.platforms.meta.client import Api, Session
from adflux_core.platforms.meta.errors import classify
from adflux_core.settings import settings
from sandbox.server import Sandbox

TOKEN = "EAAB0canary0token"


@pytest.fixture
def api(world: Sandbox) -> Api:
    session = Session(world.meta_graph_url, world.meta_access_token, world.meta_app_secret)
    return Api(session, Unhurried(), world.meta_ad_account_id)


def call(api: Api, method: str, account: str) -> PlatformError:
    path = (account, "campaigns")
    params = {"name": "x", "status": "PAUSED"} if method == "POST" else {"fields": "id"}
    with pytest.raises(PlatformError) as failure:
        api.call(method, path, params)
    assert pickle.loads(pickle.dumps(failure.value)).code == failure.value.code  # noqa: S301
    return failure.value


@pytest.mark.parametrize(
    "kind",
    [
        *("html_502", "plain_500", "json_without_error_500", "empty_200", "non_json_200"),
        *("drop_before_commit", "drop_after_commit"),
    ],
)
@pytest.mark.parametrize(("method", "expected"), [("GET", UnavailableError), ("POST", AmbiguousError)])
def test_a_reply_that_is_none_is_doubt_when_writing_and_a_retry_when_reading(
    world: Sandbox, api: Api, kind: str, method: str, expected: type[PlatformError]
) -> None:
    world.control("POST", "faults", {"method": method, "path": "campaigns$", "times": 1, "kind": kind})
    error = call(api, method, world.meta_ad_account_id)
    assert type(error) is expected
    assert world.meta_access_token not in repr(error) + str(error.__dict__)


def test_the_token_stands_in_no_url(world: Sandbox, api: Api) -> None:
    api.call("GET", (world.meta_ad_account_id,), {"fields": "id"})
    (seen,) = world.control("GET", "calls")["calls"]
    assert "access_token" not in seen["params"]


def test_refused_before_anything_was_sent_is_no_doubt() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        api = Api(Session(url, TOKEN, "secret"), Unhurried(), "act_1")
        error = call(api, "POST", "act_1")
    assert type(error) is UnavailableError
    assert TOKEN not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__


@contextmanager
def answering(body: bytes) -> Iterator[Api]:
    """A Meta that answers anything with these bytes."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_told: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Api(Session(f"http://127.0.0.1:{server.server_port}", TOKEN, "secret"), Unhurried(), "act_1")
        server.shutdown()


def test_a_name_cut_in_the_middle_of_an_emoji_is_read_as_it_is() -> None:
    with answering(rb'{"name": "Bogot\u00e1 \ud83d", "far": 12345678901234567890123}') as api:
        assert api.call("GET", ("1",)) == {"name": "Bogot\u00e1 \ud83d", "far": 12345678901234567890123}


@pytest.mark.parametrize("body", [b'{"success": false}', b'{"error": "no object"}', b'{"data": [', b'"text"'])
def test_what_says_no_without_a_reason_is_no_answer(body: bytes) -> None:
    with answering(body) as api:
        assert type(call(api, "GET", "act_1")) is UnavailableError
        assert type(call(api, "POST", "act_1")) is AmbiguousError


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes the request and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_hung_server_is_doubt_after_the_timeout(silent: str) -> None:
    session = Session(silent, TOKEN, "secret")
    session.timeout = (1.0, 0.2)
    error = call(Api(session, Unhurried(), "act_1"), "POST", "act_1")
    assert type(error) is AmbiguousError
    assert TOKEN not in str(error)


def test_a_write_that_broke_the_server_is_doubt_whatever_the_code_says() -> None:
    error = classify({"code": 100, "message": "m"}, status=500, writing=True, headers={})
    assert type(error) is AmbiguousError


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ('{"1": [{"estimated_time_to_regain_access": 3}, {"estimated_time_to_regain_access": 5}]}', 300.0),
        ('{"call_count": 100}', 60.0),
        ("not json", 60.0),
    ],
)
def test_a_throttle_says_how_long_to_wait(header: str, seconds: float) -> None:
    error = classify(
        {"code": 17, "message": "m"}, status=400, writing=True, headers={"X-Business-Use-Case-Usage": header}
    )
    assert error.retry_after == seconds


def test_a_live_platform_is_refused_unless_named(world: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("META_GRAPH_URL", "https://graph.example.com")
    settings.cache_clear()
    with pytest.raises(ConfigurationError, match="ADFLUX_LIVE=1"):
        MetaPlatform(settings(), Unhurried())
