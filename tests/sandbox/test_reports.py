"""Asynchronous reports: step by step, and what may become of them."""

from typing import Any

import pytest
from facebook_business.adobjects.adreportrun import AdReportRun

OCTOBER = {"since": "2026-10-01", "until": "2026-10-31"}


def test_a_report_runs_step_by_step(three: Any) -> None:
    run = three.account.get_insights(
        fields=["ad_id", "spend"],
        params={"level": "ad", "time_increment": 1, "time_range": OCTOBER},
        is_async=True,
    )
    seen = []
    while not seen or seen[-1][0] != "Job Completed":
        error = three.refused("GET", f"{run['report_run_id']}/insights")
        assert (error["code"], error["error_subcode"]) == (2601, 1815107)
        read = run.api_get(fields=["async_status", "async_percent_completion"])
        seen.append((read["async_status"], read["async_percent_completion"]))
    assert seen == [("Job Started", 0), ("Job Running", 35), ("Job Running", 100), ("Job Completed", 100)]
    rows = list(run.get_insights(params={"limit": 4}))
    assert len(rows) == len(three.told())

    # The rows stay those of the moment the report was completed, and are kept for thirty days.
    three.days(20)
    assert len(list(AdReportRun(run["report_run_id"], api=three.api).get_insights())) == len(rows)
    three.days(11)
    assert three.refused("GET", run["report_run_id"])["error_subcode"] == 33


@pytest.mark.parametrize(
    ("kind", "status"),
    [("async_failed", "Job Failed"), ("async_skipped", "Job Skipped"), ("async_stuck", "Job Running")],
)
def test_a_report_goes_wrong(three: Any, kind: str, status: str) -> None:
    three.fault(kind, method="POST", path="insights")
    run_id = three.post("act/insights", level="ad", time_range=OCTOBER)["report_run_id"]
    for _ in range(6):
        read = three.get(run_id)
    assert read["async_status"] == status
    assert three.refused("GET", f"{run_id}/insights")["code"] == 2601
    if kind == "async_failed":
        assert three.get(run_id, fields="error_code,error_subcode")["error_subcode"] == 2490547


def test_a_report_may_lack_rows_and_not_say_so(three: Any) -> None:
    three.fault("truncated_job", path="insights")
    run_id = three.post("act/insights", level="ad", time_increment=1, time_range=OCTOBER)["report_run_id"]
    while three.get(run_id)["async_status"] != "Job Completed":
        pass
    rows = three.get(f"{run_id}/insights", limit=500)["data"]
    assert 0 < len(rows) < len(three.told())
