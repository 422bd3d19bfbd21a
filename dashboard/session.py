"""Who is looking, and what they may do."""

from __future__ import annotations

from adflux_core import access
from adflux_core.access import Role
from dashboard.reads import ask


def account() -> str:
    """The account of whoever uses this session: there is no login, so whoever sits at the machine."""
    return access.LOCAL


def role() -> Role | None:
    """What they are, as it was known some seconds ago: for what is shown. A deed asks again."""
    return ask(access.role_of, account())


def may(deed: str) -> bool:
    """Whether to offer it. Raises DatabaseUnavailableError."""
    return access.allows(role(), deed)
