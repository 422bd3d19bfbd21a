"""A base of candidates that grows by 2 % a night, and what becomes of who was there at first."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import text

from adflux_core import database
from adflux_core.candidates import import_candidates
from adflux_core.segmentation.training import segment_candidates

RETRAININGS = int(os.environ.get("ADFLUX_RETRAININGS", "2"))  # in `make test`; ten in `make torture`
RANGE = (2, 6)


def grow(file: Path, header: str, rows: Sequence[str]) -> None:
    """Retrain after each night: at least 95 % keep the segment they had at first, and its name.

    The rows come as lines of a CSV file, in an order of their own; `file` is written anew each night.
    """
    order = np.random.default_rng(3).permutation(len(rows))
    held = int(len(rows) / 1.02**10)

    def bring(since: int, until: int) -> None:
        file.write_text("\n".join([header, *(rows[at] for at in order[since:until])]) + "\n", "utf-8")
        import_candidates(file, source="growing")

    bring(0, held)
    first = segment_candidates(k_range=RANGE)
    before, names = members(first.version), {one.id: one.name_es for one in first.segments}
    assert before
    for _ in range(RETRAININGS):
        more = int(held * 1.02)
        bring(held, more)
        held = more
        found = segment_candidates(k_range=RANGE)
        now = members(found.version)
        assert np.mean([now[one] == segment for one, segment in before.items()]) >= 0.95
        assert {one.id: one.name_es for one in found.segments} == names


def members(version: int) -> dict[int, int]:
    """Which segment each candidate is in, by that version."""
    with database.connection() as connected:
        rows = connected.execute(
            text("""SELECT candidate_id, segment_id FROM adflux.segment_member
                    JOIN adflux.segment_in_version USING (version_id, cluster)
                    WHERE version_id = :version"""),
            {"version": version},
        )
        return {row.candidate_id: row.segment_id for row in rows}
