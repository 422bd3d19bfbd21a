"""Who is looking, and what they may do."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from adflux_core import access
from adflux_core.access import Role
from adflux_core.errors import AdfluxError, NotAllowedError
from dashboard.reads import ask

ACCOUNT, UNTIL = "x-adflux-account", "x-adflux-until"


class SessionEndedError(AdfluxError):
    """The login is over; another one goes on where this one stopped."""


def account() -> str:
    """The account of whoever uses this session, as the gate let them in.

    Raises SessionEndedError when that was too long ago, NotAllowedError when nobody was let in.
    """
    who, until = told(ACCOUNT), told(UNTIL)
    if not who:
        raise NotAllowedError("nobody is logged in")
    if until and datetime.now(UTC) >= datetime.fromisoformat(until):
        raise SessionEndedError("the session has ended: reload the page and sign in again")
    return who


def told(name: str) -> str:
    """What the gate says of this connection; it drops whatever a browser sends under these names."""
    return st.context.headers.get(name) or ""


def role() -> Role | None:
    """What they are, as it was known some seconds ago: for what is shown. A deed asks again."""
    return ask(access.role_of, account())


def may(deed: str) -> bool:
    """Whether to offer it. Raises as `account` does, and DatabaseUnavailableError."""
    return access.allows(role(), deed)
