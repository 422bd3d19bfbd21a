"""Asynchronous insights: a run that gets a little further every time somebody looks."""

from datetime import timedelta
from typing import Any

from sandbox.meta import insights
from sandbox.meta.errors import GraphError, no_such_object
from sandbox.meta.fields import parse_fields, read_node
from sandbox.meta.kinds import REPORT
from sandbox.meta.pages import page, with_paging
from sandbox.meta.parameters import signature
from sandbox.meta.state import Account, Node
from sandbox.web import Request

# A run may say "Job Running" at 100 % before it is completed.
STAGES = (
    ("Job Not Started", 0),
    ("Job Started", 0),
    ("Job Running", 35),
    ("Job Running", 100),
    ("Job Completed", 100),
)
STUCK_AT, FAILS_AT = 2, 3
KEPT_FOR = timedelta(days=30)
FAULTS = ("async_failed", "async_skipped", "async_stuck", "truncated_job")


def start(account: Account, node: Node | None, request: Request) -> dict[str, Any]:
    wanted = insights.decode(account, request, "get_insights_async")
    fault = next((f for kind in FAULTS if (f := request.suffers(kind))), None)
    values = {
        "wanted": wanted,
        "node": node,
        "stage": 0,
        "rows": None,
        "fault": fault,
        "time_ref": int(account.clock.now.timestamp()),
        "is_running": True,
    }
    run = account.add(REPORT.name, values)
    _tell(run)
    return {"report_run_id": run.id}


def poll(account: Account, run: Node, request: Request) -> dict[str, Any]:
    _check_age(account, run, request)
    _advance(account, run)
    wanted = with_paging(signature("AdReportRun", "api_get")).decode(request.params, account.clock.zone)
    fields = parse_fields(wanted.get("fields", ""))
    default = dict.fromkeys(("id", "account_id", "async_status", "async_percent_completion", "is_running"))
    return read_node(account, run, fields or default)


def results(account: Account, run: Node, request: Request) -> dict[str, Any]:
    _check_age(account, run, request)
    if run.values["rows"] is None:
        raise GraphError(
            "Error accessing adreport job.",
            code=2601,
            subcode=1815107,
            title="Loading Async Ads Report Failed",
            user_message="Please check if your job status is completed before fetching the data.",
            transient=True,
        )
    wanted = with_paging(signature("AdReportRun", "get_insights")).decode(request.params, account.clock.zone)
    return page(list(enumerate(run.values["rows"])), request, wanted)


def _advance(account: Account, run: Node) -> None:
    values = run.values
    kind = values["fault"].kind if values["fault"] else None
    if not values["is_running"] or (kind == "async_stuck" and values["stage"] == STUCK_AT):
        return
    values["stage"] += 1
    if values["stage"] == FAILS_AT and kind in ("async_failed", "async_skipped"):
        _fail(run, kind)
        return
    _tell(run)
    if values["stage"] == len(STAGES) - 1:
        values["is_running"] = False
        values["time_completed"] = int(account.clock.now.timestamp())
        wanted = values["wanted"]
        rows = [
            insights.render(account, row, wanted) for row in insights.find(account, values["node"], wanted)
        ]
        values["rows"] = rows[: len(rows) // 2] if kind == "truncated_job" else rows


def _tell(run: Node) -> None:
    run.values["async_status"], run.values["async_percent_completion"] = STAGES[run.values["stage"]]


def _fail(run: Node, kind: str) -> None:
    run.values["is_running"] = False
    run.values["async_status"] = "Job Failed" if kind == "async_failed" else "Job Skipped"
    if kind == "async_failed":
        details = run.values["fault"].details
        run.values["error_code"], run.values["error_subcode"] = details["code"], details["subcode"]
        run.values["error_user_title"] = "Report Failed"
        run.values["error_user_msg"] = "Generating the report failed. Try again later."


def _check_age(account: Account, run: Node, request: Request) -> None:
    if account.clock.now - run.created > KEPT_FOR:
        raise no_such_object(request.method, run.id)
