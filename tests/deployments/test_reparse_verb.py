"""`adflux reparse`: kept pages parsed again, without asking the platform."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from meta_settings import settings_of
from sqlalchemy import text

from adflux_core import database
from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.metrics.sync import sync_metrics
from adflux_core.settings import Settings
from sandbox.server import Sandbox


def test_a_receipt_is_parsed_again_or_the_page_at_fault_is_named(
    world: Sandbox, database_url: str, tmp_path: Path
) -> None:
    own = {name.upper() for name in Settings.model_fields}
    environment = {
        **{name: value for name, value in os.environ.items() if name not in own},
        **settings_of(world),
        "ADFLUX_HOME": str(tmp_path),
        "ADFLUX_DATABASE_URL": database_url,
    }

    def adflux(*words: object) -> tuple[int, Any, str]:
        done = subprocess.run(
            [sys.executable, "-c", "from deployments.cli import main; main()", *map(str, words), "--json"],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    receipt = sync_metrics(open_platform(PlatformName.META), today=world.clock.today)
    calls = len(world.control("GET", "calls")["calls"])
    code, answer, said = adflux("reparse", receipt.slice_id)
    (done,) = answer["reparsed"]
    assert (code, said, done["since"], done["until"]) == (0, "", str(receipt.since), str(receipt.until))
    assert (done["changed"], done["deleted"], done["reason"]) == (0, 0, "")
    assert len(world.control("GET", "calls")["calls"]) == calls
    with database.transaction() as session:
        session.execute(text("UPDATE adflux.metrics_page SET body = '' WHERE place = 1"))
    code, answer, said = adflux("reparse", "--since", receipt.since)
    assert (code, answer) == (2, None)
    assert said.startswith(f"adflux: page 1 of receipt {receipt.slice_id} is not as it was kept")
    assert said.count("\n") == 1
    code, _, said = adflux("reparse")
    assert (code, said) == (2, "adflux: say what to parse again: a receipt's number, --since or --until\n")
