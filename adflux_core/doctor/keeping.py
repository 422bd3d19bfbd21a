"""The last examination, kept: made where the credentials are, read by a page that has none."""

from __future__ import annotations

import platform
from datetime import datetime
from importlib.metadata import version

from sqlalchemy import delete

from adflux_core import database
from adflux_core.doctor.examining import Check, examine
from adflux_core.schema.examination import Examination
from adflux_core.settings import shown_settings

PACKAGES = (
    *("adflux", "prefect", "streamlit", "sqlalchemy", "psycopg"),
    *("facebook-business", "google-ads", "google-genai", "scikit-learn"),
)


def examine_and_keep(now: datetime) -> list[Check]:
    """Examine everything, and keep what was found with the settings and versions it was found under."""
    checks = examine(now)
    found = Examination(
        examined_at=now,
        checks=[check.model_dump(mode="json") for check in checks],
        settings=[one.model_dump(mode="json") for one in shown_settings()],
        versions={"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
    )
    with database.transaction() as session:
        session.execute(delete(Examination))
        session.add(found)
    return checks
