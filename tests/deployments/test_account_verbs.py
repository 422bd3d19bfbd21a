"""Where a platform has several ad accounts, the verbs are told which, and guess nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from meta_settings import configure

from deployments.cli import adflux
from sandbox.server import Sandbox


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    with Sandbox(today=date(2026, 10, 1), seed=7, accounts=2) as world:
        configure(world, monkeypatch)
        yield [one.id for one in world.accounts]


def typed(*words: str) -> tuple[int, Any, str]:
    said = CliRunner().invoke(adflux, [*words, "--json"], catch_exceptions=False)
    return said.exit_code, json.loads(said.stdout) if said.stdout else None, said.stderr


def test_the_verbs_take_an_account_where_there_are_several(accounts: list[str], posting_id: int) -> None:
    wanted = ("plan", "--posting", str(posting_id), "--budget", "COP 800000", "--days", "20")
    code, _, said = typed(*wanted)
    assert (code, said.count("\n")) == (2, 1)
    assert f"say which by --account, of {accounts[0]}, {accounts[1]}" in said
    code, plan, _ = typed(*wanted, "--account", accounts[1])
    assert (code, [one["account_id"] for one in plan["campaigns"]]) == (0, accounts[1:])
    code, caps, _ = typed("cap", "--account", accounts[1], "--day", "COP 2000000", "--as", "luz")
    assert (code, caps["account_id"]) == (0, accounts[1])
    assert typed("cap")[0] == typed("cap", "--account", "act_5")[0] == 2
    checks = {one["name"]: one["ok"] for one in typed("doctor")[1]["checks"]}
    assert {name: ok for name, ok in checks.items() if name.startswith("meta")} == {
        f"meta {one}": True for one in accounts
    }
