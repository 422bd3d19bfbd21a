"""Real processes that run the shipped `converge` or `sync_metrics`, forked from one that has it all imported.

`python converging_children.py` reads one JSON line per order from stdin and answers each with one line:
`{"publication": 7, "environment": {}, "defect": ""}` starts a child and tells its pid, and so does
`{"today": "2026-10-02", "environment": {}}` for a sync; `{"wait": pid}` tells how it
ended. One thread and no connection before the fork, so a child is what a fresh process would be, without its
seconds of imports. gRPC, too, may be imported, and no channel of it be opened.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from planted_defects import plant

import adflux_core.publication.sweep  # noqa: F401  (for the children)
from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.errors import AdfluxError
from adflux_core.metrics.sync import sync_metrics
from adflux_core.publication.converge import converge
from adflux_core.settings import apply_environment, settings


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        obey(Path(folder))


def obey(said: Path) -> None:
    for line in sys.stdin:
        order = json.loads(line)
        answer = ended(order["wait"], said) if "wait" in order else {"pid": started(order, said)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def started(order: dict[str, Any], said: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        apply_environment(order["environment"])
        words = (
            one_sync(order["today"]) if "today" in order else one_pass(order["publication"], order["defect"])
        )
    except Exception:  # noqa: BLE001 - whoever waits for it is the only one it can tell
        words = traceback.format_exc()
    (said / str(os.getpid())).write_text(words)
    os._exit(0)


def one_pass(publication_id: int, defect: str) -> str:
    plant(defect)
    try:
        quiescence = timedelta(seconds=settings().adflux_quiescence_seconds)
        outcome = converge(publication_id, open_platform, quiescence=quiescence)
    except AdfluxError as error:
        return f"{type(error).__name__}: {error}"
    return "busy" if outcome.busy else f"{outcome.state} {outcome.detail}"


def one_sync(today: str) -> str:
    try:
        receipt = sync_metrics(open_platform(PlatformName.META), today=date.fromisoformat(today))
    except AdfluxError as error:
        return f"{type(error).__name__}: {error}"
    return receipt.reason or "complete"


def ended(pid: int, said: Path) -> dict[str, object]:
    _, status = os.waitpid(pid, 0)
    words = said / str(pid)
    told = words.read_text() if words.exists() else ""
    words.unlink(missing_ok=True)
    return {"code": os.waitstatus_to_exitcode(status), "said": told}


main()
