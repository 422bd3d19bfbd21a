"""Flows that do what a test needs to see."""

import logging
import time
from typing import Literal

from prefect import flow, get_run_logger

from adflux_core.errors import CredentialsError
from adflux_core.settings import settings


@flow
def greet(name: str, tone: Literal["warm", "dry"] = "warm") -> str:
    """Greet somebody.

    Args:
        name: Whom to greet.
        tone: How to say it.
    """
    return f"{tone} {name}"


@flow
def linger(seconds: float = 60) -> None:
    """Stay for a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.05)


@flow
def stumble() -> None:
    """Meet a secret everywhere one can turn up, and fail the way AdFlux fails."""
    token = settings().meta_access_token
    assert token is not None
    secret = token.get_secret_value()
    get_run_logger().warning("called with %s", secret)
    logging.getLogger("facebook_business").error("GET https://graph/me?access_token=%s", secret)
    try:
        _ask(secret)
    except CredentialsError:
        get_run_logger().exception("our own words")
        raise


def _ask(secret: str) -> None:
    try:
        _call(secret)
    except ConnectionError:
        get_run_logger().exception("the SDK said")
        raise CredentialsError("Meta refused the token; renew it", platform="meta") from None


def _call(secret: str) -> None:
    raise ConnectionError(f"GET https://graph/me?access_token={secret}")
