"""Real public files: people keep their segment while the base grows, and protected facts stay apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from growing_base import grow
from real_data import DATA
from sqlalchemy import text

from adflux_core import database

PEOPLE = DATA / "candidates"


@pytest.mark.parametrize("name", ["hr_job_change_train_19158.csv", "ibm_hr_attrition_1466.csv"])
def test_people_keep_their_segment_while_the_base_grows(database_url: str, tmp_path: Path, name: str) -> None:
    header, *rows = (PEOPLE / name).read_text(encoding="utf-8-sig").splitlines()
    grow(tmp_path / name, header, rows)
    with database.connection() as connected:
        (features,) = connected.execute(
            text("SELECT parameters -> 'features' FROM adflux.segment_version LIMIT 1")
        ).one()
    assert not {"age", "gender", "marital_status", "origin", "health"} & set(features)
