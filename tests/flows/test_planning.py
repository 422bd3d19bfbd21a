"""A plan is made by a run: once, in the name of whoever asked for it, and with what is said against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ParameterTypeError
from prefect.flow_engine import run_flow
from prefect.states import Scheduled
from sqlalchemy import text

from adflux_core import access, database, reports
from adflux_core.campaigns.approval import UNKNOWN_AUTHOR, approve_plan
from adflux_core.errors import InputError, RefusedError
from flows.plan_campaign import plan_campaign
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole

WANTED = {"budget": "COP 800000", "duration_days": 20, "start": "2026-10-02"}


def ordered(key: str, parameters: Mapping[str, Any]) -> FlowRun:
    """A run as the dashboard orders it of a deployment."""
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow(plan_campaign)
        deployment_id = client.create_deployment(flow_id, "on-demand", enforce_parameter_schema=False)
        return client.create_flow_run_from_deployment(
            deployment_id, parameters=dict(parameters), idempotency_key=key
        )


def done(run: FlowRun) -> Any:
    return run_flow(plan_campaign, flow_run=run, parameters=dict(run.parameters), return_type="result")


def again(run: FlowRun) -> FlowRun:
    """Taken up again by another worker, since the one that had it was killed before it said so."""
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(run.id, Scheduled(), force=True)
        return client.read_flow_run(run.id)


def plans() -> int:
    with database.connection() as connected:
        return int(connected.execute(text("SELECT count(*) FROM adflux.plan")).scalar_one())


def test_whoever_asked_is_the_author_and_one_run_makes_one_plan(world: Sandbox, posting_id: int) -> None:
    access.record_start("luz@example.com", "import-postings", "dashboard-2")
    access.record_start("ana@example.com", "plan-campaign", "dashboard-1")
    run = ordered("dashboard-1", WANTED | {"postings": [posting_id]})
    number = done(run)
    row = reports.plan_of_run(UUID(str(run.id)))
    assert row is not None
    assert (row.id, row.author, row.decision, row.campaigns) == (number, "ana@example.com", None, 1)
    assert str(row.most) == "800000.00"
    assert done(again(run)) == number
    assert plans() == 1
    borrowed = done(ordered("dashboard-2", WANTED | {"postings": [posting_id]}))
    assert reports.plan_decision(borrowed).author == UNKNOWN_AUTHOR


def test_what_the_platform_says_against_it_is_kept_for_whoever_approves(
    world: Sandbox, posting_id: int
) -> None:
    world.control(
        "POST",
        "faults",
        {"method": "POST", "path": "campaigns$", "times": 1, "kind": "graph_error", "code": 100}
        | {"http_status": 400, "message": "Objective is gone"},
    )
    (item,) = reports.planned_items(plan_campaign(postings=[posting_id], **WANTED))
    assert ["Objective is gone" in finding for finding in item.findings] == [True]


def test_a_large_plan_whose_author_nobody_knows_is_approved_by_no_one(
    world: Sandbox, posting_id: int
) -> None:
    small = plan_campaign(postings=[posting_id], **WANTED)
    assert reports.plan_decision(small).author == UNKNOWN_AUTHOR
    approve_plan(small, "luz")
    large = plan_campaign(postings=[posting_id], **WANTED | {"budget": "COP 4000000"})
    with pytest.raises(RefusedError, match="nobody is on record as its author"):
        approve_plan(large, "luz")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"postings": [99]}, "posting 99 does not exist"),
        ({"accounts": ["act_9"]}, "act_9 is no ad account of"),
        ({"budget": "COP 1.400"}, "thousands mark"),
        ({"segment": 7}, "segment 7"),
    ],
)
def test_what_cannot_be_planned_is_said_in_one_line_and_leaves_nothing(
    world: Sandbox, posting_id: int, wrong: dict[str, Any], why: str
) -> None:
    with pytest.raises(InputError, match=why) as refusal:
        plan_campaign(**{"postings": [posting_id]} | WANTED | wrong)
    assert "\n" not in str(refusal.value)
    assert plans() == 0


@pytest.mark.parametrize(
    "wrong",
    [{"postings": []}, {"duration_days": 0}, {"budget": "800000"}, {"budget": "COP -5"}, {"platform": "x"}],
)
def test_parameters_that_cannot_be_never_begin(world: Sandbox, posting_id: int, wrong: Any) -> None:
    with pytest.raises(ParameterTypeError):
        plan_campaign(**{"postings": [posting_id]} | WANTED | wrong)
