"""`adflux watch`, `alerts` and `acknowledge`, as cron and a person type them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alert_receivers import webhook
from sqlalchemy import text

from adflux_core import database
from adflux_core.settings import Settings

PROGRAM = """
import json, sys
from deployments.cli import main
try:
    main()
finally:
    print("prefect" if "prefect" in sys.modules else "no prefect", file=sys.stderr)
"""


def adflux(home: Path, *words: str, **more: str) -> tuple[int, Any, str]:
    """Exit code, the document on stdout, stderr."""
    own = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in own}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words, "--json"],
        env={**inherited, "ADFLUX_HOME": str(home), **more},
        check=False,
        capture_output=True,
        text=True,
        cwd=home,
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def test_cron_looks_and_a_person_takes_it_on(database_url: str, tmp_path: Path) -> None:
    with database.connection() as connected:
        troubled = "INSERT INTO adflux.platform_trouble VALUES ('meta', 3, 'Meta: HTTP 502')"
        connected.execute(text(troubled))
    reach = {"ADFLUX_DATABASE_URL": database_url}
    with webhook() as hook:
        urls = {"ADFLUX_ALERT_URLS": f"json://127.0.0.1:{hook.port}/"}
        code, first, said = adflux(tmp_path, "watch", **reach, **urls)
        assert (code, first["open"], said) == (0, 1, "no prefect\n")
        assert [cause["kind"] for cause in first["told"]] == ["unreachable"]
        assert adflux(tmp_path, "watch", **reach, **urls)[1]["told"] == []
    assert len(hook.messages) == 1
    code, listed, _ = adflux(tmp_path, "alerts", **reach)
    (alert,) = listed["alerts"]
    assert (code, alert["times_told"], alert["acknowledged_by"]) == (0, 1, None)
    taken = adflux(tmp_path, "acknowledge", str(alert["id"]), "--as", "luz", **reach)
    assert (taken[0], taken[1]["acknowledged_by"]) == (0, "luz")
    code, _, said = adflux(tmp_path, "acknowledge", "99", "--as", "luz", **reach)
    assert (code, said.splitlines()[0]) == (2, "adflux: alert 99 does not exist: see `adflux alerts`")


@pytest.mark.parametrize(
    ("urls", "code", "line"),
    [
        ("", 2, "adflux: ADFLUX_ALERT_URLS is not set: nobody was told"),
        ("json://127.0.0.1:9/", 1, "adflux: nobody could be told"),
        ("gopher://x", 2, "adflux: ADFLUX_ALERT_URLS: address 1 is none of "),
    ],
)
def test_who_cannot_be_told_is_one_line(tmp_path: Path, urls: str, code: int, line: str) -> None:
    down = {"ADFLUX_DATABASE_URL": "postgresql://me:hunter2@127.0.0.1:9/adflux"}
    ended, _, said = adflux(tmp_path, "watch", **down, **({"ADFLUX_ALERT_URLS": urls} if urls else {}))
    assert ended == code
    assert said.startswith(line)
    assert "hunter2" not in said
    assert len(said.splitlines()) == 2  # and the one of this test
