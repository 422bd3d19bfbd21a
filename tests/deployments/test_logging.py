"""What is written down about a run holds no secret: not the log file, not Prefect's database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deployments.prefect_environment import prefect_environment

# Asked of a fresh interpreter: logging is arranged for a whole process, and the tests' own must stay.
ASK = """
import json, logging
from prefect.logging.configuration import setup_logging
config = setup_logging()
names = ["", "prefect.flow_runs", "prefect.task_runs", "prefect.workers", "prefect._internal", "uvicorn"]
found = {
    name: [[type(handler).__name__, [type(filter).__name__ for filter in handler.filters]]
           for handler in logging.getLogger(name).handlers]
    for name in names
}
print(json.dumps({"handlers": found, "every": [h.get("filters") for h in config["handlers"].values()]}))
"""


def test_the_file_is_valid_and_every_handler_redacts(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", ASK],
        env=prefect_environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(answer.stdout)
    assert found["handlers"] == {
        "": [["StreamHandler", ["Redact"]]],
        "prefect.flow_runs": [["APILogHandler", ["Redact"]]],
        "prefect.task_runs": [["APILogHandler", ["Redact"]]],
        "prefect.workers": [["WorkerAPILogHandler", ["Redact"]]],
        "prefect._internal": [["StreamHandler", ["Redact"]]],
        "uvicorn": [["StreamHandler", ["Redact"]]],
    }
    assert found["every"] == [["redact"]] * len(found["every"])


@pytest.mark.whole
def test_a_failing_run_writes_no_secret_and_no_traceback_of_ours(up: Any, eventually: Any) -> None:
    secret = "EAAcanary0123456789"
    failed = up.run("stumble/once", {"FAILED"})
    asked = {"logs": {"flow_run_id": {"any_": [failed["id"]]}}}
    logs = eventually(
        lambda: (
            (found := up.call("POST", "/logs/filter", asked))
            and any("Finished in state" in line["message"] for line in found)
            and [line["message"] for line in found]
        )
    )
    assert "called with [redacted]" in logs
    assert any(line.startswith("our own words") and "Traceback" not in line for line in logs)
    assert any("ConnectionError" in line and "[redacted]" in line for line in logs), (
        "foreign ones keep theirs"
    )
    assert "Meta refused the token; renew it" in failed["state"]["message"]
    written = b"".join(
        path.read_bytes()
        for folder in ("prefect", "logs")
        for path in (up.home / folder).rglob("*")
        if path.is_file()
    )
    assert b"called with [redacted]" in written
    assert secret.encode() not in written
