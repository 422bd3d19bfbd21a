"""Audiences are kept true through a real Prefect: one that fails keeps nobody in another."""

from __future__ import annotations

from datetime import date

import pytest
from consenting_people import PURPOSE, ask, settle

from adflux_core.audiences.requesting import request_audience
from adflux_core.errors import ConfigurationError, IncompleteError
from flows.sync_audiences import sync_audiences
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole


def test_one_that_fails_stops_no_other(world: Sandbox, database_url: str) -> None:
    segment = settle(101)
    first = request_audience(segment, PURPOSE, "ana", date(2026, 10, 1))
    assert [(one.audience_id, one.held) for one in sync_audiences()] == [(first, 152)]
    ask("UPDATE adflux.audience SET account_id = 'act_1' WHERE id = :id", id=first)
    other = request_audience(segment, PURPOSE, "ana", date(2026, 10, 1))
    ask("UPDATE adflux.candidate SET consent = false WHERE external_id = '1'")
    with pytest.raises(IncompleteError, match="1 of 2 audiences failed") as part:
        sync_audiences()
    assert isinstance(part.value.answer, list)
    assert [(one["audience_id"], one["people"]) for one in part.value.answer] == [(other, 100)]
    with pytest.raises(ConfigurationError, match="META_AD_ACCOUNT_ID"):
        sync_audiences(audience_id=first)
