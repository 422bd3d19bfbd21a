"""A token that lasts for hours becomes one that lasts for weeks (Meta, Long-Lived Access Tokens).

The only path that no token opens: the app itself asks, by its id and secret.
"""

import hmac
from datetime import timedelta
from typing import Any

from sandbox.meta.errors import BAD_TOKEN, GraphError
from sandbox.meta.state import Account
from sandbox.web import Request

EXCHANGE = "oauth/access_token"
LIFETIME = timedelta(days=60)  # "about 60 days"; this many exactly is chosen
UNKNOWN_APP = 101


def exchange(account: Account, request: Request) -> dict[str, Any]:
    """The long-lived token, for a valid short-lived one of this app. Raises GraphError on anything else."""
    given = request.params
    if request.method != "GET" or given.get("grant_type") != "fb_exchange_token":
        raise GraphError("Unknown grant_type for this endpoint: fb_exchange_token is expected")
    if given.get("client_id") != account.app_id:
        raise GraphError("Error validating application. Cannot get application info.", code=UNKNOWN_APP)
    secret = account.app_secret or ""
    if not secret or not hmac.compare_digest(given.get("client_secret", "").encode(), secret.encode()):
        raise GraphError("Error validating client secret.", code=1)
    if given.get("fb_exchange_token") != account.short_lived_token:
        raise GraphError("Error validating access token: the session is invalid", code=BAD_TOKEN)
    account.token_expires_at = account.clock.now + LIFETIME
    return {
        "access_token": account.access_token,
        "token_type": "bearer",
        "expires_in": int(LIFETIME.total_seconds()),
    }
