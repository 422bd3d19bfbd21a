"""The doctor's round through a real Prefect: what is ill is found and kept, and no failure of it."""

from __future__ import annotations

import pytest

from adflux_core import reports
from flows.examine_installation import examine_installation

pytestmark = pytest.mark.whole


@pytest.mark.usefixtures("database_url")
def test_what_the_worker_finds_is_kept_for_the_page() -> None:
    assert reports.examination() is None
    checks = examine_installation()
    kept = reports.examination()
    assert kept is not None
    assert [check.model_dump() for check in checks] == kept.checks
    assert {check.name: check.ok for check in checks}["database"]
    assert {"adflux", "python", "prefect", "streamlit"} <= kept.versions.keys()
