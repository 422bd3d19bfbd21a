"""`adflux demo`: the whole main job on this machine, against the sandbox; and `adflux up`, for real.

The demo imports a job feed and simulated candidates, finds segments, plans, approves and publishes campaigns,
lets thirty days pass in the sandbox and syncs each, imports the applications that came of it, and then holds
our numbers against what the sandbox knows to be true.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import exists, select

from adflux_core.database import connection, migrate
from adflux_core.errors import AdfluxError, ConfigurationError, RefusedError
from adflux_core.money import Money
from adflux_core.platforms import configured
from adflux_core.schema.postings import Posting
from adflux_core.settings import apply_environment, settings
from deployments.embedded_postgres import remove_postgres
from deployments.running import running
from deployments.services import Services
from deployments.stages import Stages

DAYS = 30
CAMPAIGNS = 8
BUDGET = "COP 800000"
TIMEOUT = 60.0
# Why an application counts for no ad, in the sandbox's words and in ours.
WHY_NOT = {"lost": "missing", "elsewhere": "foreign"}
Show = Callable[[Any], None]


def run_demo(*, once: bool, reset: bool, show: Show) -> None:
    """Start everything, run the main job, show what came of it, and stay up unless `once`.

    Raises ConfigurationError without the sandbox, RefusedError beside another AdFlux, AdfluxError when
    our numbers differ from the sandbox's truth.
    """
    home = demo_home()
    if find_spec("sandbox") is None:
        raise ConfigurationError("the sandbox is not in the installed package: run the demo from a checkout")
    _forget(home, everything=reset)
    stages = Stages()
    first_day = date.today() - timedelta(days=DAYS)  # noqa: DTZ011  (the person's own calendar)
    with Services(
        home, sandbox=["--today", str(first_day)], any_port=True, on_progress=stages.tell
    ) as services:
        # Neither Prefect's log nor gRPC's word on every server that stops is for the person who watches.
        apply_environment({"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "GRPC_VERBOSITY": "NONE"})
        summary = main_job(stages, first_day)
        memory = services.memory()
        show(
            {
                "urls": services.urls,
                "prefect_password_in": str(home / "prefect" / "auth"),
                "counts": summary,
                "seconds": {
                    name: round(seconds, 1) for name, seconds in (services.seconds | stages.seconds).items()
                },
                "memory_mib": {name: round(used / 2**20) for name, used in memory.items()},
                "memory_total_mib": round(sum(memory.values()) / 2**20),
            }
        )
        if not once:
            stages.console.print("Everything is up; Ctrl-C stops it.")
            services.watch()


def demo_home() -> Path:
    """Where the demo lives, apart from anything real."""
    return settings().adflux_home / "demo"


def run_services(show: Show) -> None:
    """Start everything against the configured platforms and stay up. Raises as Services does."""
    stages = Stages()
    with Services(settings().adflux_home, on_progress=stages.tell) as services:
        home = settings().adflux_home
        show({"urls": services.urls, "prefect_password_in": str(home / "prefect" / "auth")})
        services.watch()


def main_job(stages: Stages, first_day: date) -> dict[str, Any]:
    """Postings in, campaigns out, numbers back; what was counted on the way."""
    # Prefect reads its environment when it is imported, so only now.
    from adflux_core import reports
    from adflux_core.campaigns.approval import approve_plan
    from adflux_core.campaigns.drafting import draft_plan
    from flows.import_applications import import_applications
    from flows.import_candidates import import_candidates
    from flows.import_postings import import_postings
    from flows.publish_campaign import publish_campaign
    from flows.segment_candidates import segment_candidates
    from flows.sync_metrics import sync_metrics

    with stages.stage("postings imported"):
        receipt = import_postings(file=_feed(), source="demo", currency="COP", full=True)
    with stages.stage("candidates segmented"):
        people = import_candidates(file=_simulated_candidates(), source="simulated")
        segments = segment_candidates(most=8)
    with stages.stage("campaigns published"):
        postings = [row.id for row in reports.postings(limit=CAMPAIGNS).rows]
        plan = draft_plan(
            postings,
            configured(),
            budget=Money.parse(BUDGET),
            days=DAYS - 2,
            author="demo",
            start=first_day + timedelta(days=1),
        )
        approve_plan(plan.plan_id, "demo-approver")
        published = publish_campaign(plan_id=plan.plan_id)
        # One more for the segment that a posting speaks to.
        matches = [one for one in reports.segment_matches() if one.posting_id not in postings]
        for match in [one for one in matches if one.segment_id][:1]:
            aimed = draft_plan(
                [match.posting_id],
                configured(),
                budget=Money.parse(BUDGET),
                days=DAYS - 2,
                author="demo",
                start=first_day + timedelta(days=1),
                segment=match.segment_id,
            )
            approve_plan(aimed.plan_id, "demo-approver")
            published += publish_campaign(plan_id=aimed.plan_id)
    with stages.stage(f"{DAYS} days synced"):
        slices = []
        for _ in range(DAYS):
            today = _next_day()
            slices += sync_metrics(today=today, since=today - timedelta(days=28))
    with stages.stage("applications imported"):
        applied = import_applications(file=_export(), source="demo")
    with stages.stage("checked against the truth"):
        compared = _compare_with_truth(first_day) | _compare_applications()
    _send_what_prefect_still_holds()
    return {
        "postings": receipt.model_dump(
            include={"read", "created", "updated", "unchanged", "merged", "quarantined"}
        ),
        "candidates": people.model_dump(include={"read", "created", "merged", "quarantined"}),
        "segments": {one.name_es: one.size for one in segments.segments} or segments.refused,
        "campaigns": {
            state: sum(one.state == state for one in published) for state in {one.state for one in published}
        },
        "slices": len(slices),
        "metric_rows": {
            "written": sum(one.changed for one in slices),
            "vanished": sum(one.deleted for one in slices),
        },
        "applications": {
            "events": applied.created,
            "brought_by_ads": applied.attributed,
            **applied.unattributed,
        },
        **compared,
    }


def _send_what_prefect_still_holds() -> None:
    # Its logs and events leave in the background; with the server gone they would be retried for minutes.
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    EventsWorker.drain_all(timeout=TIMEOUT)
    APILogWorker.drain_all(timeout=TIMEOUT)


def _feed() -> Path:
    package = find_spec("sandbox")
    assert package is not None
    assert package.submodule_search_locations is not None
    return Path(package.submodule_search_locations[0]) / "feeds" / "empleos.csv"


def _export() -> Path:
    """What the employer's own system saw, as a file of its own in the demo's home."""
    path = settings().adflux_home / "postulaciones.csv"  # by now the demo's own
    path.write_text(requests.get(_sandbox("applications"), timeout=TIMEOUT).json()["csv"], encoding="utf-8")
    return path


def _simulated_candidates() -> Path:
    """Made by the sandbox's own program: nothing of ours imports it."""
    file = settings().adflux_home / "candidatos-simulados.csv"
    subprocess.run([sys.executable, "-m", "sandbox.candidates", str(file)], check=True, timeout=TIMEOUT)
    return file


def _next_day() -> date:
    moved = requests.post(_sandbox("clock"), json={"advance_days": 1}, timeout=TIMEOUT)
    moved.raise_for_status()
    return date.fromisoformat(moved.json()["today"])


def _compare_with_truth(first_day: date) -> dict[str, Any]:
    """Our stored totals beside the sandbox's. Raises AdfluxError when they differ."""
    from adflux_core import reports

    yesterday = date.fromisoformat(
        requests.get(_sandbox("clock"), timeout=TIMEOUT).json()["today"]
    ) - timedelta(days=1)
    window = {"since": first_day.isoformat(), "until": yesterday.isoformat()}
    truth = requests.get(_sandbox("truth"), params=window, timeout=TIMEOUT).json()["reported"]
    ours = {
        one.platform: {"impressions": one.impressions, "clicks": one.clicks, "spend": one.spend}
        for one in reports.platform_totals(first_day, yesterday)
    }
    theirs = {
        name: {
            "impressions": sum(row["impressions"] for row in truth if row["platform"] == name),
            "clicks": sum(row["clicks"] for row in truth if row["platform"] == name),
            "spend": sum((Decimal(row["spend"]) for row in truth if row["platform"] == name), Decimal(0)),
        }
        for name in {row["platform"] for row in truth} | ours.keys()
    }
    if ours != theirs:
        raise AdfluxError(f"our numbers {ours} are not the sandbox's {theirs}")
    return {
        "totals_equal_to_the_sandbox": {
            f"{name} {measure}": f"{value:f}".removesuffix(".000000")
            for name, totals in ours.items()
            for measure, value in totals.items()
        },
    }


def _compare_applications() -> dict[str, Any]:
    """How far the applications of each platform's ads came, beside the sandbox's. Raises AdfluxError."""
    from adflux_core import reports

    truth = requests.get(_sandbox("applications"), timeout=TIMEOUT).json()["truth"]
    theirs: dict[str, int] = {}
    for ad in truth:
        for name, count in ad.items():
            if name not in {"platform", "ad_id"} and count:
                whose = WHY_NOT.get(name) or f"{ad['platform']} {name}"
                theirs[whose] = theirs.get(whose, 0) + count
    ours = {
        f"{one.platform} {one.step}" if one.reason is None else one.reason: one.applications
        for one in reports.application_funnel()
        if one.applications and (one.reason is None or one.step == "started")
    }
    if ours != theirs:
        raise AdfluxError(f"our applications {ours} are not the sandbox's {theirs}")
    return {"applications_equal_to_the_sandbox": ours}


def _sandbox(path: str) -> str:
    return f"{settings().meta_graph_url}/_sandbox/{path}"


def _forget(home: Path, *, everything: bool) -> None:
    """A new demo is a new world: what an earlier one published lived in a sandbox that is gone."""
    if running(home) is not None:
        return  # Services says who holds it
    remove_postgres(home)
    if everything:
        shutil.rmtree(home, ignore_errors=True)
    database = settings().adflux_database_url
    if database is not None and _holds_postings():
        raise RefusedError("ADFLUX_DATABASE_URL already holds postings: give the demo an empty database")


def _holds_postings() -> bool:
    migrate()
    with connection() as connected:
        return bool(connected.scalar(select(exists(select(Posting.id)))))
