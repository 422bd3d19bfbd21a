"""The flows do the main job through a real Prefect: postings in, a campaign out, its numbers back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from google_settings import configure_google
from meta_settings import configure
from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.exceptions import ParameterTypeError
from prefect.states import State
from sqlalchemy import func, select

from adflux_core import database, reports
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.errors import CredentialsError, IncompleteError, InputError, RefusedError
from adflux_core.money import Money
from adflux_core.schema.metrics import AdMetricsRow
from adflux_core.schema.postings import Posting
from flows.converge_campaigns import converge_campaigns
from flows.import_applications import import_applications
from flows.import_candidates import import_candidates
from flows.import_postings import import_postings
from flows.nightly import nightly
from flows.publish_campaign import publish_campaign
from flows.report_metrics import report_metrics
from flows.segment_candidates import segment_candidates
from flows.sync_audiences import sync_audiences
from flows.sync_metrics import sync_metrics
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole

CSV = """Código;Cargo;Empresa;Ubicación;Salario;Enlace
1;Analista de datos;Cafés del Sur;Bogotá, Colombia;$4,5 a $5,5 millones;https://empleos.example.com/1
2;Barista;Cafés del Sur;Pasto, Colombia;;https://empleos.example.com/2
3;;Cafés del Sur;Pasto, Colombia;;https://empleos.example.com/3
"""


def run_of(state: State[object]) -> tuple[str, list[str]]:
    """The run's name and the kinds of its artifacts, as Prefect's server has them."""
    run_id = state.state_details.flow_run_id
    assert isinstance(run_id, UUID)
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(run_id)
        artifacts = client.read_artifacts(
            artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]))
        )
    return run.name, sorted(str(artifact.type) for artifact in artifacts)


def plan_for(posting_ids: list[int]) -> int:
    plan = draft_plan(
        posting_ids,
        [PlatformName.META],
        budget=Money.parse("COP 800000"),
        days=20,
        author="ana",
        start=date(2026, 10, 2),
    )
    approve_plan(plan.plan_id, "luz")
    return plan.plan_id


def test_postings_come_in_and_every_row_is_accounted_for(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "empleos.csv"
    file.write_text(CSV)
    state = import_postings(file=file, source="cafes", currency="COP", return_state=True)
    receipt = state.result()
    assert (receipt.read, receipt.created, receipt.quarantined) == (3, 2, 1)
    name, artifacts = run_of(state)
    assert name == "import empleos.csv as cafes"
    assert artifacts == ["progress", "table", "table"]
    again = import_postings(file=file, source="cafes", currency="COP")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)


def test_a_bad_file_fails_the_run_in_one_line_and_changes_nothing(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refusal:
        import_postings(file=tmp_path / "nowhere.csv", source="cafes")
    assert "\n" not in str(refusal.value)
    with pytest.raises(ParameterTypeError):
        import_postings(file=tmp_path / "x.csv", source="no spaces allowed")
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Posting)) == 0


def test_a_campaign_goes_out_and_its_numbers_come_back(world: Sandbox, posting_id: int) -> None:
    state = publish_campaign(plan_id=plan_for([posting_id]), return_state=True)
    (outcome,) = state.result()
    assert outcome.state == "active"
    assert run_of(state) == (
        "publish plan 1",
        ["markdown", "progress", "table"],
    )  # Prefect keeps a link as markdown
    world.control("POST", "clock", {"advance_days": 10})
    today = world.clock.today
    synced = sync_metrics(today=today, return_state=True)
    (receipt,) = synced.result()
    assert run_of(synced) == (f"sync all platforms, 30 days to the day before {today}", ["progress", "table"])
    assert receipt.complete
    assert receipt.changed == receipt.read > 0
    truth = world.control("GET", "truth", {"since": str(receipt.since), "until": str(receipt.until)})[
        "reported"
    ]
    with database.transaction() as session:
        rows = session.scalars(select(AdMetricsRow).order_by(AdMetricsRow.date_day)).all()
    assert [
        (str(row.date_day), row.impressions, row.clicks, row.spend, row.applications) for row in rows
    ] == [
        (row["date_day"], row["impressions"], row["clicks"], Decimal(row["spend"]), row["applications"])
        for row in truth
    ]
    (again,) = sync_metrics(today=today)
    assert (again.changed, again.deleted) == (0, 0)


@pytest.mark.usefixtures("database_url")
def test_a_platform_that_cannot_be_read_keeps_no_other_from_being_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Sandbox(today=date(2026, 10, 1), seed=7, google_ads=True) as both:
        configure(both, monkeypatch)
        configure_google(both, monkeypatch)
        fault = {"method": "GET", "path": "act_", "times": 9, "kind": "revoked_token"}
        both.control("POST", "faults", fault)
        state = sync_metrics(today=both.clock.today, return_state=True)
        failure = state.result(raise_on_failure=False)
        alone = sync_metrics(platform=PlatformName.META, today=both.clock.today, return_state=True)
    assert isinstance(failure, IncompleteError)
    assert [(one["platform"], one["complete"]) for one in failure.answer] == [("google_ads", True)]
    assert "Meta" in str(failure)
    assert isinstance(alone.result(raise_on_failure=False), CredentialsError)


def test_converging_everything_repairs_and_sweeps(world: Sandbox, posting_id: int) -> None:
    world.control(
        "POST", "faults", {"method": "POST", "path": "ads$", "times": 1, "kind": "drop_after_commit"}
    )
    (outcome,) = publish_campaign(plan_id=plan_for([posting_id]))
    assert outcome.state == "doubtful"
    state = converge_campaigns(return_state=True)
    passed = state.result()
    assert [one.state for one in passed.converged] == ["active"]
    assert (passed.doubtful, passed.orphans) == ([], [])
    assert run_of(state)[0] == "converge everything"


def test_an_unapproved_plan_fails_the_run(world: Sandbox, posting_id: int) -> None:
    plan = draft_plan(
        [posting_id], [PlatformName.META], budget=Money.parse("COP 800000"), days=20, author="ana"
    )
    with pytest.raises(RefusedError, match="not approved"):
        publish_campaign(plan_id=plan.plan_id)


def test_one_broken_campaign_does_not_stop_the_other(
    world: Sandbox, posting_id: int, database_url: str
) -> None:
    with database.transaction() as session:
        second = Posting(
            source="test",
            external_id="2",
            title="Barista",
            company="Cafés del Sur",
            country="CO",
            apply_url="https://empleos.example.com/2",
            content_hash=b"2",
        )
        session.add(second)
    world.control(
        "POST",
        "faults",
        {
            "method": "POST",
            "path": "ads$",
            "times": 1,
            "kind": "graph_error",
            "code": 100,
            "http_status": 400,
        },
    )
    with pytest.raises(IncompleteError) as partly:
        publish_campaign(plan_id=plan_for([posting_id, second.id]))
    assert isinstance(partly.value.answer, list)
    assert [one["state"] for one in partly.value.answer] == ["active"]


def test_a_report_is_made_kept_and_shown(world: Sandbox, posting_id: int) -> None:
    publish_campaign(plan_id=plan_for([posting_id]))
    world.control("POST", "clock", {"advance_days": 3})
    sync_metrics(platform=PlatformName.META, today=date(2026, 10, 4))
    state = report_metrics(days=7, return_state=True)
    receipt = state.result()
    assert receipt.rows > 0
    (kept,) = reports.kept_reports()
    assert (kept.id, kept.sha256) == (receipt.report_id, receipt.sha256)
    assert kept.run_id == str(state.state_details.flow_run_id)
    assert run_of(state)[1] == ["markdown", "table"]
    again = report_metrics(days=7, until=receipt.until, as_of=receipt.as_of)
    assert again.report_id == receipt.report_id


@pytest.mark.parametrize(
    "flow",
    [
        import_applications,
        import_candidates,
        import_postings,
        publish_campaign,
        converge_campaigns,
        report_metrics,
        segment_candidates,
        nightly,
        sync_audiences,
        sync_metrics,
    ],
)
def test_the_form_says_what_each_parameter_is(flow: Flow[..., object]) -> None:
    assert flow.description
    for name, described in flow.parameters.properties.items():
        assert described["title"] not in {name, ""}, name
        assert described["description"], name


def test_applications_come_in_and_say_why_they_count_for_no_ad(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "eventos.csv"
    file.write_text("id;etapa;fecha;origen\n1;contratada;2026-10-05;LinkedIn\n2;;2026-10-05;\n")
    state = import_applications(file=file, return_state=True)
    receipt = state.result()
    assert (receipt.created, receipt.quarantined, receipt.unattributed) == (1, 1, {"foreign": 1})
    assert run_of(state) == ("import eventos.csv as ats", ["progress", "table", "table", "table"])
    assert import_applications(file=file).created == 0
