"""Secrets and personal values go by while everything fails; none is left in what is written of a run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from failing_runs import FailingRuns
from google_settings import configure_google, google_settings_of
from meta_publications import open_posting, planned
from meta_settings import configure, settings_of
from shown_and_exported import exported, shown
from sqlalchemy import text

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.approval import approve_plan
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole

META = {"method": "GET", "path": "act_"}
INSIGHTS = {"method": "GET", "path": "insights$"}
MAKING = {"method": "POST", "path": "campaigns$"}
GOOGLE = {"method": "GRPC", "path": ""}
TOKEN = {"method": "POST", "path": "token$"}
MODEL = {"method": "POST", "path": "models/"}
# What goes wrong, run by run: a run tries four times, so it meets up to four kinds of failure.
Faults = list[dict[str, Any]]
READING_META: list[Faults] = [
    [{**META, "kind": kind} for kind in ("graph_error", "html_502", "plain_500", "json_without_error_500")],
    [{**META, "kind": kind} for kind in ("empty_200", "non_json_200", "drop_before_commit", "revoked_token")],
]
READING_GOOGLE: list[Faults] = [
    [{**TOKEN, "kind": "token_error"}],
    [
        {**GOOGLE, "kind": "grpc_status", "status": "UNAVAILABLE"},
        {**GOOGLE, "kind": "stream_break"},
        {**GOOGLE, "kind": "google_ads_error"},
        {**GOOGLE, "kind": "revoked_token"},
    ],
    [{**GOOGLE, "kind": "quota", "seconds": 3_600}],
]
MAKING_META: list[Faults] = [
    [{**MAKING, "kind": kind}] for kind in ("drop_after_commit", "html_502", "revoked_token", "throttle")
]
WRITING: list[Faults] = [
    [{**MODEL, "kind": "gemini_error", "status": "PERMISSION_DENIED"}],
    [{**MODEL, "kind": "drop_before_commit"}, {**MODEL, "kind": "plain_500"}],
]
ENDED = (
    *("", "UnavailableError", "CredentialsError", "CredentialsError", "CredentialsError", "ThrottledError"),
    *("", "", "CredentialsError", "ThrottledError", "IncompleteError", "", "", "InputError", "InputError"),
)
# One of whom hardly a field can be read, and one of whom all can.
PERSONAL = (
    *("carmen.canario@example.org", "+57 300 555 0147", "Carmen Canario"),
    *("marta.canario@example.org", "+57 300 555 0148", "Marta Canario"),
)
PEOPLE = f"""id;nombre;correo;telefono;edad;consentimiento;finalidad;fecha_consentimiento;conservar_hasta
1;{PERSONAL[2]};{PERSONAL[0]};{PERSONAL[1]};treinta;quizás;ofertas de empleo;2026-02-31;nunca
2;{PERSONAL[5]};{PERSONAL[3]};{PERSONAL[4]};30;sí;ofertas de empleo;2026-09-01;2028-09-01
"""


def approved(number: int) -> int:
    plan = planned(open_posting(str(number)), platform=PlatformName.META)
    approve_plan(plan, "luz")
    return plan


def stored() -> str:
    """Every cell of every table of ours, but for where people are kept."""
    with database.connection() as connected:
        tables = connected.execute(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'adflux'")
        ).scalars()
        names = [name for name in tables if not name.startswith("candidate")]
        return "\n".join(
            str(row)
            for name in names
            for row in connected.execute(text(f'SELECT * FROM adflux."{name}"'))  # noqa: S608 - our own names
        )


def test_nothing_secret_and_nobodys_data_is_left_behind_by_failures(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended: list[tuple[str, str]] = []
    with Sandbox(today=date(2026, 10, 1), seed=7, google_ads=True) as world:
        configure(world, monkeypatch)
        configure_google(world, monkeypatch)
        settings = settings_of(world) | google_settings_of(world)
        settings |= {
            "GEMINI_BASE_URL": world.gemini_base_url,
            "GEMINI_API_KEY": world.gemini_api_key,
            "ADFLUX_DATABASE_URL": database_url,
            "ADFLUX_CLICK_SECRET": "canary-click-secret-0123456789",
            "ADFLUX_ALERT_URLS": "jsons://canary:canary-password@hooks.example.com/canary-path",
        }
        file = tmp_path / "people.csv"
        file.write_text(PEOPLE)

        def run(faults: Faults, flow: str, **given: Any) -> None:
            for fault in faults:
                world.control("POST", "faults", {"times": 1, **fault})
            ended.append(runs.run(flow, **given))
            assert world.control("GET", "faults")["faults"] == [], ended[-1]

        with FailingRuns(tmp_path, settings) as runs:
            run([], "sync_metrics", platform="meta", today="2026-10-01")
            for faults in READING_META:
                run(faults, "sync_metrics", platform="meta")
            for faults in READING_GOOGLE:
                run(faults, "sync_metrics", platform="google_ads")
            for number, faults in enumerate(MAKING_META):
                run(faults, "publish_campaign", plan_id=approved(number))
            for number, faults in enumerate(WRITING):
                one = open_posting(f"written {number}")
                run(
                    faults,
                    "generate_creatives",
                    posting_ids=[one],
                    variants=1,
                    platform="meta",
                    language="es",
                )
            run([], "import_candidates", file=str(file), source="canary")
            run([], "import_candidates", file=str(tmp_path / "nobody.csv"))
            run([], "publish_campaign", plan_id=99)
    assert tuple(kind for kind, _ in ended) == ENDED
    secrets = {
        world.meta_access_token,
        str(world.meta_app_secret),
        world.google_ads_client_secret,
        world.google_ads_refresh_token,
        world.gemini_api_key,
        database_url.partition("@")[0].rpartition(":")[2],
        "canary-click-secret-0123456789",
        "canary-password",
        "canary-path",
    }
    assert len(secrets) == 9
    kept, ours = runs.kept(), stored()
    assert "people.csv" in kept, "it was not looked for where it would be"
    with database.connection() as connected:
        came = connected.execute(text("SELECT count(*) FROM adflux.candidate")).scalar()
    assert came == 2, "nobody is there who could be shown"
    pages, files = shown(tmp_path / "dashboard", database_url, settings), exported()
    assert "Analista de datos" in pages["postings"], "the page was not looked at"
    written = {"Prefect's database": kept, "what was said": runs.said + str(ended), "our own tables": ours}
    hidden = secrets | set(PERSONAL)
    found = {
        place: [one for one in hidden if one in there] for place, there in (written | pages | files).items()
    }
    assert {place: leaks for place, leaks in found.items() if leaks} == {}
