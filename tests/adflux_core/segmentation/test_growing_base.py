"""The demo's own candidates: while they become more, who was there keeps the segment and its name."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from growing_base import grow

from sandbox.candidates import HEADER, rows


def test_people_of_the_demo_keep_their_segment(database_url: str, tmp_path: Path) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([HEADER, *rows()])
    header, *lines = written.getvalue().splitlines()
    grow(tmp_path / "candidatos.csv", header, lines)
