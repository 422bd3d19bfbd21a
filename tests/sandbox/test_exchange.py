"""A short-lived token becomes a long-lived one, for the app that it was given to."""

from typing import Any

import pytest


def exchanged(client: Any, **changes: str) -> dict[str, Any]:
    asked = {
        "grant_type": "fb_exchange_token",
        "client_id": client.world.meta_app_id,
        "client_secret": client.world.meta_app_secret,
        "fb_exchange_token": client.world.account.short_lived_token,
    }
    reply = client.raw.get(client.url("oauth/access_token"), params=asked | changes, timeout=10)
    found: dict[str, Any] = reply.json()
    return found


def test_a_short_lived_token_is_exchanged(client: Any) -> None:
    assert exchanged(client) == {
        "access_token": client.world.meta_access_token,
        "token_type": "bearer",
        "expires_in": 60 * 24 * 3600,
    }
    asked = client.access | {"input_token": client.world.meta_access_token}
    told = client.raw.get(client.url("debug_token"), params=asked, timeout=10).json()["data"]
    assert told["expires_at"] == int(client.world.clock.now.timestamp()) + 60 * 24 * 3600


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "1"}, 101),
        ({"client_secret": "another"}, 1),
        ({"fb_exchange_token": "another"}, 190),
        ({"grant_type": "client_credentials"}, 100),
    ],
    ids=str,
)
def test_an_exchange_is_refused(client: Any, changes: dict[str, str], code: int) -> None:
    assert exchanged(client, **changes)["error"]["code"] == code
