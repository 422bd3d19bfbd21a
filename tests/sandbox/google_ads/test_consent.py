"""A refresh token is given to whoever a person agreed to, once, and to nobody who only saw the code go by."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from sandbox.server import Sandbox

VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
BACK = "http://127.0.0.1:8080/"


class Desktop:
    def __init__(self, world: Sandbox, session: requests.Session) -> None:
        self.world = world
        self.session = session

    def ask(self, **changes: str) -> requests.Response:
        asked = {
            "client_id": self.world.google_ads_client_id,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "https://www.googleapis.com/auth/adwords",
            "access_type": "offline",
            "state": "s",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return self.session.get(
            self.world.google_ads_auth_uri, params=asked | changes, allow_redirects=False, timeout=10
        )

    def told(self, **changes: str) -> dict[str, str]:
        """What its own address is called with."""
        reply = self.ask(**changes)
        assert reply.status_code == 302
        return dict(parse_qsl(urlsplit(reply.headers["Location"]).query))

    def fetch(self, code: str, **changes: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "client_id": self.world.google_ads_client_id,
            "client_secret": self.world.google_ads_client_secret,
            "redirect_uri": BACK,
            "code": code,
            "code_verifier": VERIFIER,
        }
        reply = self.session.post(self.world.google_ads_token_uri, data=form | changes, timeout=10)
        found: dict[str, Any] = reply.json()
        return found


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    with Sandbox(google_ads=True) as world, requests.Session() as session:
        session.trust_env = False
        yield Desktop(world, session)


def test_a_code_is_good_once(desktop: Desktop) -> None:
    told = desktop.told()
    assert told["state"] == "s"
    assert desktop.fetch(told["code"])["refresh_token"] == desktop.world.google_ads_refresh_token
    assert desktop.fetch(told["code"])["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:8081/"}, "invalid_grant"),
        ({"code": "4/another"}, "invalid_grant"),
        ({"client_secret": "another"}, "invalid_client"),
    ],
    ids=str,
)
def test_a_code_is_for_whoever_asked(desktop: Desktop, changes: dict[str, str], error: str) -> None:
    assert desktop.fetch(**{"code": desktop.told()["code"]} | changes)["error"] == error


def test_a_refresh_token_comes_the_first_time_or_with_consent(desktop: Desktop) -> None:
    assert "refresh_token" not in desktop.fetch(desktop.told(access_type="online")["code"])
    assert "refresh_token" not in desktop.fetch(desktop.told()["code"])
    assert "refresh_token" in desktop.fetch(desktop.told(prompt="consent")["code"])


def test_who_refuses_sends_the_app_away(desktop: Desktop) -> None:
    assert desktop.world.google_ads is not None
    desktop.world.google_ads.access.consent.refusing = True
    assert desktop.told() == {"state": "s", "error": "access_denied"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"client_id": "another"}, "invalid_client"),
        ({"redirect_uri": "https://elsewhere.example.com/"}, "redirect_uri_mismatch"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "email"}, "invalid_scope"),
    ],
    ids=str,
)
def test_what_nobody_is_asked(desktop: Desktop, changes: dict[str, str], why: str) -> None:
    reply = desktop.ask(**changes)
    assert (reply.status_code, why in reply.text) == (400, True)
