"""Pages are opened without the gate that says who is looking: here it is the local account."""

from __future__ import annotations

import pytest

from adflux_core.access import LOCAL
from dashboard import session


@pytest.fixture(autouse=True)
def local_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the gate says it of this machine."""
    said = {session.ACCOUNT: LOCAL}
    monkeypatch.setattr(session, "told", lambda name: said.get(name, ""))
