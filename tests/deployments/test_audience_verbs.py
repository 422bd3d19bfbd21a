"""Audiences by hand: erasing says what became of each copy, and in part where one is not confirmed."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner
from consenting_people import PURPOSE, ask, settle

from adflux_core.audiences.requesting import request_audience
from adflux_core.audiences.sending import sync_audience
from deployments.cli import adflux
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole


def test_erasing_tells_of_every_copy(world: Sandbox, database_url: str) -> None:
    audience = request_audience(settle(102), PURPOSE, "ana", date(2026, 10, 1))
    assert sync_audience(audience).waiting == 0
    first, second = (person for (person,) in ask("SELECT id FROM adflux.candidate ORDER BY id LIMIT 2"))
    run = CliRunner()
    done = run.invoke(adflux, ["erase-candidate", str(first), "--json"])
    answer = json.loads(done.stdout)
    assert (done.exit_code, answer["audiences"]) == (0, [audience])
    assert [one["action"] for one in answer["removals"][0]["uploads"]] == ["remove", "remove"]
    world.control("POST", "faults", {"kind": "plain_500", "path": "users$", "times": 3})
    part = run.invoke(adflux, ["erase-candidate", str(second), "--json"])
    assert (part.exit_code, json.loads(part.stdout)["removals"]) == (3, [])
    assert "the next pass tries again" in part.stderr
    (listed,) = json.loads(run.invoke(adflux, ["list", "audiences", "--json"]).stdout)["audiences"]
    assert (listed["held"], listed["removing"]) == (100 + 50, 1)
    refused = run.invoke(adflux, ["audience", "--segment", "1", "--purpose", "encuestas", "--as", "ana"])
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
