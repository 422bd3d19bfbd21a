"""Too few people are no segments: said with the figures, and told by the exit code."""

from __future__ import annotations

import json

import pytest
from candidate_base import fill_base
from click.testing import CliRunner

from adflux_core import reports
from deployments.cli import adflux

pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("the_environment_stays")]


@pytest.mark.parametrize("people", [0, 3])
def test_too_few_are_an_answer_and_exit_code_three(database_url: str, people: int) -> None:
    if people:
        fill_base(database_url, people)
    done = CliRunner().invoke(adflux, ["segment", "--json"])
    answer = json.loads(done.stdout)
    assert (done.exit_code, answer["candidates"]) == (3, people)
    assert answer["refused"]
    assert "Traceback" not in done.stderr
    assert reports.segments() == []
