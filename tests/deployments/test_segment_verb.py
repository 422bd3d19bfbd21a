"""Too few people are no segments: said with the figures, and told by the exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from candidate_base import fill_base

from adflux_core import reports
from adflux_core.settings import child_environment

pytestmark = pytest.mark.whole


@pytest.mark.parametrize("people", [0, 3])
def test_too_few_are_an_answer_and_exit_code_three(database_url: str, people: int) -> None:
    if people:
        fill_base(database_url, people)
    done = subprocess.run(
        [Path(sys.executable).with_name("adflux"), "segment", "--json"],
        env=child_environment({}),
        capture_output=True,
        text=True,
        check=False,
    )
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["candidates"]) == (3, people)
    assert answer["refused"]
    assert "Traceback" not in done.stderr
    assert reports.segments() == []
