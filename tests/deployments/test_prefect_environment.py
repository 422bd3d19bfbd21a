"""Prefect's environment: secrets made once and kept private, and no way round the loopback."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adflux_core.errors import ConfigurationError
from deployments.prefect_environment import client_side, prefect_environment

API = "http://127.0.0.1:4200/api"


def test_secrets_are_private_and_stay_the_same(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: prefect_environment(home, API), range(8)))
    assert made.count(made[0]) == 8
    assert made[0]["PREFECT_API_AUTH_STRING"].startswith("adflux:")
    assert {path.name for path in (home / "prefect").iterdir()} == {"auth", "encryption-key"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in [home, *home.rglob("*")])


def test_without_a_server_prefect_brings_its_own(tmp_path: Path) -> None:
    alone = prefect_environment(tmp_path)
    assert alone["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] == "true"
    assert "PREFECT_API_URL" not in alone
    assert prefect_environment(tmp_path, API)["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] == "false"


def test_the_server_keeps_its_keys_to_itself(tmp_path: Path) -> None:
    shared = client_side(prefect_environment(tmp_path, API))
    assert "PREFECT_SERVER_ENCRYPTION_KEY" not in shared
    assert shared["PREFECT_API_URL"] == API


def test_a_proxy_is_not_asked_for_loopback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    assert prefect_environment(tmp_path)["no_proxy"] == "intranet.example,127.0.0.1,localhost"


def test_a_home_that_is_a_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(ConfigurationError, match="choose a folder"):
        prefect_environment(tmp_path / "home")
