"""Real public files: people keep their segment while the base grows, and protected facts stay apart."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from real_data import DATA
from sqlalchemy import text

from adflux_core import database
from adflux_core.candidates import import_candidates
from adflux_core.segmentation.training import segment_candidates

PEOPLE = DATA / "candidates"
RETRAININGS = int(os.environ.get("ADFLUX_RETRAININGS", "2"))  # in `make test`; ten in `make torture`


def members(version: int) -> dict[int, int]:
    with database.connection() as connected:
        rows = connected.execute(
            text("""SELECT candidate_id, segment_id FROM adflux.segment_member
                    JOIN adflux.segment_in_version USING (version_id, cluster)
                    WHERE version_id = :version"""),
            {"version": version},
        )
        return {row.candidate_id: row.segment_id for row in rows}


@pytest.mark.parametrize("name", ["hr_job_change_train_19158.csv", "ibm_hr_attrition_1466.csv"])
def test_people_keep_their_segment_while_the_base_grows(database_url: str, tmp_path: Path, name: str) -> None:
    header, *rows = (PEOPLE / name).read_text(encoding="utf-8-sig").splitlines()
    order = np.random.default_rng(3).permutation(len(rows))
    held = int(len(rows) / 1.02**10)
    file = tmp_path / name
    file.write_text("\n".join([header, *(rows[at] for at in order[:held])]) + "\n")
    import_candidates(file, source="real")
    first = segment_candidates(k_range=(2, 6))
    before, names = members(first.version), {one.id: one.name_es for one in first.segments}
    for _ in range(RETRAININGS):
        more = int(held * 1.02)
        file.write_text("\n".join([header, *(rows[at] for at in order[held:more])]) + "\n")
        import_candidates(file, source="real")
        held = more
        found = segment_candidates(k_range=(2, 6))
        now = members(found.version)
        assert np.mean([now[one] == segment for one, segment in before.items()]) >= 0.95
        assert {one.id: one.name_es for one in found.segments} == names
    with database.connection() as connected:
        (features,) = connected.execute(
            text("SELECT parameters -> 'features' FROM adflux.segment_version LIMIT 1")
        ).one()
    assert not {"age", "gender", "marital_status", "origin", "health"} & set(features)
