"""The dashboard as shipped: every way in, by everybody who might come, over HTTP and WebSocket."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import pytest
from served_dashboard import COOKIE, METRICS_TOKEN, Served, drawn
from websockets.exceptions import InvalidStatus

from adflux_core.access import NEEDS, Role
from dashboard.gate import ALIVE
from dashboard.root_page import SCRIPT
from dashboard.screens import SCREENS

Cookies = dict[str, str] | None
# Who is not let in, and with which status they are told so.
OUTSIDERS: dict[str, tuple[int, Callable[[Served], Cookies]]] = {
    "no session": (401, lambda _: None),
    "an expired session": (401, lambda at: at.cookie("admin@example.com", hours_ago=8.01)),
    "a session signed by another": (401, lambda at: at.cookie("admin@example.com", secret="x" * 40)),
    "a session of another address": (401, lambda at: at.cookie("admin@example.com", origin="http://a.b")),
    "a session that is none": (401, lambda at: at.cookie("admin@example.com", is_logged_in=False)),
    "nonsense": (401, lambda _: {COOKIE: "chunks-9999999"}),
    "a stranger": (403, lambda at: at.cookie("stranger@example.com")),
    "somebody whose role was taken": (403, lambda at: at.cookie("revoked@example.com")),
    "an address nobody confirmed": (403, lambda at: at.cookie("admin@example.com", email_verified=False)),
    "the local account": (403, lambda at: at.cookie("local", email_verified=False)),
}
ROUTES = [
    ("GET", "/"),
    *(("GET", f"/{screen.address}") for screen in SCREENS),
    ("GET", "/index.html"),
    ("GET", "/static/js/index.js"),
    ("GET", "/_stcore/host-config"),
    ("GET", "/_stcore/metrics"),
    ("GET", "/_stcore/script-health-check"),
    ("GET", "/_stcore/agent/openapi.json"),
    ("GET", "/_stcore/stream"),
    ("GET", "/_stcore/health/"),
    ("GET", "//_stcore/health"),
    ("GET", "/_stcore/health/../../overview"),
    ("GET", "/%2e%2e/_stcore/health"),
    ("GET", "/media/0123.png"),
    ("GET", "/component/x/index.html"),
    ("PUT", "/_stcore/upload_file/a/b"),
    ("DELETE", "/_stcore/upload_file/a/b"),
    ("POST", "/_stcore/health/x"),
    ("GET", "/auth/login/x"),
]
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_without_a_role_passes_by_any_route(gated: Served, who: str) -> None:
    status, cookies = OUTSIDERS[who]
    answers = {route: gated.ask(*route, cookies(gated)) for route in ROUTES}
    assert {route: answer.status_code for route, answer in answers.items()} == dict.fromkeys(ROUTES, status)
    assert {"streamlit" in answer.text.lower() for answer in answers.values()} == {False}
    with pytest.raises(InvalidStatus, match="403"):
        gated.socket(cookies(gated))


def test_all_may_ask_whether_it_is_alive_and_the_way_to_log_in(gated: Served) -> None:
    assert {path: gated.get(path).status_code for path in ALIVE} == dict.fromkeys(ALIVE, 200)
    led = gated.get("/signin")
    assert led.status_code == 303
    assert "/authorize?" in gated.get(led.headers["location"]).headers["location"]
    assert gated.get("/auth/login").headers["location"] == "/"
    assert gated.get("/oauth2callback?code=x&state=y").headers["location"] == "/"


def test_the_numbers_are_for_whoever_shows_their_token(gated: Served, local: Served) -> None:
    told = gated.get("/metrics", Authorization=f"Bearer {METRICS_TOKEN}")
    assert told.headers["content-type"].startswith("text/plain; version=")
    assert "# TYPE adflux_" in told.text
    refused = [
        gated.get("/metrics"),
        gated.get("/metrics", gated.cookie("admin@example.com")),
        gated.get("/metrics", Authorization=f"Bearer {METRICS_TOKEN}x"),
        gated.get("/metrics/", Authorization=f"Bearer {METRICS_TOKEN}"),
    ]
    assert [(one.status_code, "adflux_" in one.text) for one in refused] == [(401, False)] * 4
    assert local.get("/metrics").status_code == 404


def test_who_is_logged_in_without_a_role_is_told_who_can_let_them_in(gated: Served) -> None:
    told = gated.get("/?lang=en", gated.cookie("stranger@example.com")).text
    assert "stranger@example.com" in told
    assert "Who can let you in: admin@example.com." in told
    assert "analyst@example.com" not in told
    assert "does not confirm" in gated.get("/?lang=en", gated.cookie("a@b.c", email_verified=None)).text
    # An address is shown as text, whatever is in it.
    assert "<b>" not in gated.get("/", gated.cookie("<b>x</b>@example.com")).text


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_its_pages_and_is_refused_the_others(gated: Served, role: Role) -> None:
    pages = [screen for screen in SCREENS if screen.file != "honesty"]
    assert gated.get("/", gated.cookie(f"{role}@example.com")).status_code == 200
    with gated.socket(gated.cookie(f"{role}@example.com")) as socket:
        for screen in pages:
            text, shown = drawn(socket, screen.address)
            allowed = role.reaches(NEEDS[screen.deed])
            assert ("Your role is" in text) is not allowed, screen.address
            assert shown == [
                "" if one is SCREENS[0] else one.address for one in pages if role.reaches(NEEDS[one.deed])
            ]


def test_what_a_browser_says_of_itself_is_not_believed(gated: Served) -> None:
    with gated.socket(
        gated.cookie("viewer@example.com"), **{"X-Adflux-Account": "admin@example.com"}
    ) as socket:
        assert "viewer@example.com" in drawn(socket)[0].replace("\\", "")
    claims = {"X_Adflux_Account": "admin@example.com", "X_Forwarded_User": "admin@example.com"}
    assert gated.get("/", **claims).status_code == 401


@pytest.mark.parametrize("path", ["/", "/reports", "/campaigns?publication=1"])
def test_a_page_is_told_where_its_server_is_and_may_be(gated: Served, path: str) -> None:
    visitor = gated.cookie("viewer@example.com")
    answer = gated.get(path, visitor, Accept="text/html,*/*", **{"Accept-Encoding": "gzip"})
    assert answer.text.count(SCRIPT) == 1
    assert int(answer.headers["content-length"]) == len(answer.content)
    words = SCRIPT.removeprefix("<script>").removesuffix("</script>").encode()
    digest = base64.b64encode(hashlib.sha256(words).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]
    # What is no page comes as Streamlit sends it.
    assert SCRIPT not in gated.get("/_stcore/health", visitor, Accept="text/html").text


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/signin", "/_stcore/host-config", "/nowhere"])
@pytest.mark.parametrize("cookies", [False, True])
def test_every_answer_says_what_a_page_may_load(gated: Served, path: str, *, cookies: bool) -> None:
    answer = gated.get(path, gated.cookie("viewer@example.com") if cookies else None)
    assert HEADERS.items() <= dict(answer.headers).items()
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'self'" in policy
    assert not {"unsafe-eval", "unsafe-inline"} & {
        word.strip("'") for word in policy.split("script-src")[1].split(";")[0].split()
    }
    assert "access-control-allow-origin" not in answer.headers


def test_another_page_may_neither_open_a_socket_nor_send_a_file(gated: Served) -> None:
    cookies = gated.cookie("admin@example.com")
    with pytest.raises(InvalidStatus, match="403"):
        gated.socket(cookies, Origin="https://evil.example.com")
    # XSRF: without the token that only our own page reads.
    refused = gated.ask("PUT", "/_stcore/upload_file/a/b", cookies, Origin="https://evil.example.com")
    assert refused.status_code == 403
    asked = gated.get("/_stcore/host-config", cookies, Origin="https://evil.example.com")
    assert "access-control-allow-origin" not in asked.headers


def test_without_a_login_it_is_open_on_this_machine_alone(local: Served) -> None:
    assert local.get("/").status_code == 200
    for header in ("X_Forwarded_For", "Forwarded", "Via", "X_Real_IP"):
        assert local.get("/", **{header: "203.0.113.9"}).status_code == 403
    assert local.get("/", Host="adflux.example.com").status_code == 403
    assert local.get("/", Origin="http://adflux.example.com").status_code == 403
    with pytest.raises(InvalidStatus, match="403"):
        local.socket(**{"X-Forwarded-For": "203.0.113.9"})
    with local.socket() as socket:
        text, shown = drawn(socket)
    assert "whoever sits at this machine uses the local account" in text
    assert "runs" in shown
