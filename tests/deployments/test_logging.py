"""What is written down about a run holds no secret: not the log file, not Prefect's database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from meta_publications import published
from opentelemetry.proto.trace.v1.trace_pb2 import Status
from span_receiver import span_receiver, told

from adflux_core.settings import child_environment
from deployments.prefect_environment import prefect_environment
from sandbox.server import Sandbox

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

# As `dashboard.served` does, without serving.
SAY_IN_THE_DASHBOARD = """
from streamlit import config
from dashboard import served
from adflux_core.settings import settings
served._log_as_json()
config.set_option("logger.messageFormat", "%(json)s")
from streamlit.logger import get_logger
secret = settings().meta_access_token.get_secret_value()
try:
    raise ValueError(secret)
except ValueError as error:
    get_logger("streamlit.tried").error("a page broke: %s", secret, exc_info=error)
"""
CANARY = "EAAcanary0123456789"


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


@pytest.mark.whole
def test_every_line_of_every_service_is_an_object_with_the_run_s_id(up: Any, eventually: Any) -> None:
    done = up.run("greet/nightly", {"COMPLETED"})
    eventually(lambda: said_of(up.home, done["id"], "worker"))
    read = {path.stem: lines_of(path.read_text()) for path in (up.home / "logs").glob("*.log")}
    assert {"prefect", "worker"} <= {name for name, lines in read.items() if lines}
    assert {"prefect.said", "uvicorn.access"} & {line["logger"] for line in read["prefect"]}


def test_streamlit_s_own_lines_are_objects_without_a_secret() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SAY_IN_THE_DASHBOARD],
        env=child_environment({"ADFLUX_LOG_FORMAT": "json", "META_ACCESS_TOKEN": CANARY}),
        capture_output=True,
        text=True,
        check=True,
    )
    said = lines_of(done.stderr)[-1]
    assert (said["logger"], said["level"]) == ("streamlit.tried", "ERROR")
    assert said["message"].startswith("a page broke: [redacted]\nTraceback")
    assert CANARY not in done.stderr


def said_of(home: Path, run: str, service: str) -> list[str]:
    """What that service's log has of that flow run."""
    lines = lines_of((home / "logs" / f"{service}.log").read_text())
    return [line["message"] for line in lines if line.get("flow_run_id") == run]


def lines_of(text: str) -> list[dict[str, Any]]:
    """Each line as the object it is, with what each must have."""
    lines = [json.loads(line) for line in text.splitlines()]
    assert all(line.keys() >= {"time", "level", "logger", "message"} for line in lines)
    return lines


@pytest.mark.whole
def test_lines_and_spans_of_a_verb_name_run_publication_and_request(
    world: Sandbox, posting_id: int, database_url: str
) -> None:
    publication = published(posting_id)
    world.control("POST", "faults", {"method": "POST", "path": "campaigns$", "kind": "graph_error"})
    with span_receiver() as exported:
        chosen = {"ADFLUX_LOG_FORMAT": "json", "OTEL_EXPORTER_OTLP_ENDPOINT": exported.endpoint}
        done = subprocess.run(
            [Path(sys.executable).with_name("adflux"), "converge", "--json"],
            env=child_environment(chosen),
            capture_output=True,
            text=True,
            check=False,
        )
    lines = lines_of(done.stderr)
    called = [line for line in lines if line["logger"] == "adflux.calls" and "publication_id" in line]
    assert called
    assert {line["publication_id"] for line in called} == {publication}
    assert len({line["flow_run_id"] for line in called}) == 1
    assert all(line["task_run_id"] and line["request_id"].startswith("A") for line in called)
    assert [line["level"] for line in called].count("WARNING") == 1
    assert json.loads(done.stdout)["doubtful"]
    # The same calls as spans, each below the span of its task, and all in the trace of the flow run.
    spans = {span.span_id: span for span in exported.spans}
    traced = [span for span in exported.spans if told(span).get("adflux.publication_id") == str(publication)]
    assert [told(span)["adflux.request_id"] for span in traced] == [line["request_id"] for line in called]
    assert [told(span)["adflux.call"].partition(" ")[0] for span in traced] == [
        span.name.removeprefix("meta ") for span in traced
    ]
    assert {spans[span.parent_span_id].name for span in traced} == {f"converge publication {publication}"}
    (run,) = (one for one in spans.values() if told(one).get("prefect.run.id") == called[0]["flow_run_id"])
    assert {span.trace_id for span in traced} == {run.trace_id}
    failed = [span for span in exported.spans if span.status.code == Status.STATUS_CODE_ERROR]
    assert failed
    assert not any(span.events for span in exported.spans), "an exception would bring its traceback along"
    assert world.meta_access_token.encode() not in exported.raw
    assert world.meta_access_token not in done.stderr + done.stdout
