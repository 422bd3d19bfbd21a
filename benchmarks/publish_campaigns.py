"""How fast campaigns go out, beside one after another and beside what latency and Meta's rate allow at best.

`python -m benchmarks.publish_campaigns` publishes 200 campaigns of one approved plan, as many at once as the
flow does, on a sandbox of its own that takes 150 ms for each answer; before and after, 6 each one after
another, counted per campaign. The last line is one JSON object; exit 1 if a bound is broken.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import requests

from adflux_core import database
from adflux_core.accounts import WRITE_GAP, open_platform
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.money import Money
from adflux_core.publication.converge import Outcome, converge
from adflux_core.publication.orders import order_publication
from adflux_core.schema.postings import Posting
from adflux_core.settings import apply_environment, settings
from deployments.embedded_postgres import embedded_postgres
from flows.converge_campaigns import AT_ONCE

MANY, FEW = 200, 6
LATENCY = 0.15  # seconds an answer takes
FASTER, BOUND = 12.0, 1.5
FIRST_DAY = date(2026, 10, 1)


def main() -> int:
    """Measure, check that every campaign is out once, and report."""
    # ignore_cleanup_errors: the server's own user owns what it leaves behind.
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        embedded_postgres(Path(folder)) as url,
        _sandbox() as graph_url,
    ):
        apply_environment({"ADFLUX_DATABASE_URL": url})
        database.migrate()
        plans = [_approved(start, count) for start, count in ((0, FEW), (FEW, MANY), (FEW + MANY, FEW))]
        _ask(graph_url, "POST", "latency", {"seconds": LATENCY})
        before = _publish(plans[0], width=1)
        ours = _publish(plans[1], width=AT_ONCE)
        after = _publish(plans[2], width=1)
        return _report(ours, (before + after) / (2 * FEW), *_referee(graph_url))


def _approved(start: int, count: int) -> int:
    """A plan with `count` postings of its own; its number."""
    with database.transaction() as session:
        postings = [
            Posting(
                source="benchmark",
                external_id=str(number),
                title=f"Auxiliar de bodega {number}",
                company="Cafés del Sur S.A.S.",
                language="es",
                city="Bogotá",
                country="CO",
                apply_url=f"https://empleos.example.com/{number}",
                content_hash=b"1",
            )
            for number in range(start, start + count)
        ]
        session.add_all(postings)
        session.flush()
        ids = [posting.id for posting in postings]
    plan = draft_plan(
        ids,
        [PlatformName.META],
        budget=Money.parse("COP 400000"),
        days=20,
        author="benchmark",
        start=FIRST_DAY + timedelta(days=1),
    )
    approve_plan(plan.plan_id, "reviewer")
    return plan.plan_id


def _publish(plan_id: int, *, width: int) -> float:
    """Seconds from the order to the last live campaign."""
    quiescence = timedelta(seconds=settings().adflux_quiescence_seconds)

    def publish(publication_id: int) -> Outcome:
        return converge(publication_id, open_platform, quiescence=quiescence)

    started = time.perf_counter()
    ordered = order_publication(plan_id, "benchmark")
    with ThreadPoolExecutor(width) as pool:
        outcomes = list(pool.map(publish, ordered))
    seconds = time.perf_counter() - started
    print(f"{len(outcomes)} campaigns, {width} at once: {seconds:.1f} s", flush=True)
    unfinished = [outcome for outcome in outcomes if outcome.state != "active"]
    if unfinished:
        raise SystemExit(
            f"{len(unfinished)} campaigns are not live, so the time means nothing: {unfinished[0]}"
        )
    return seconds


def _referee(graph_url: str) -> tuple[int, int]:
    """Calls and changes of one publication, as the sandbox counted them; wrong worlds end the run."""
    calls = _ask(graph_url, "GET", "calls")["calls"]
    refused = [call for call in calls if call["status"] != 200]
    live = [thing for thing in _ask(graph_url, "GET", "objects")["objects"] if thing["kind"] == "campaign"]
    published = MANY + 2 * FEW
    if refused or len(live) != published or {thing["status"] for thing in live} != {"ACTIVE"}:
        raise SystemExit(f"{len(live)} campaigns, {len(refused)} refused calls: {refused[:1]}")
    changes = sum(call["method"] == "POST" for call in calls)
    return len(calls) // published, changes // published


def _report(ours: float, each: float, depth: int, changes: int) -> int:
    latency_bound = depth * LATENCY
    rate_bound = MANY * changes * WRITE_GAP.total_seconds()
    least = max(latency_bound, rate_bound)
    faster, ratio = each * MANY / ours, ours / least
    holds = faster >= FASTER and ratio <= BOUND
    figures = {
        "campaigns": MANY,
        "at_once": AT_ONCE,
        "latency_seconds": LATENCY,
        "calls_each": depth,
        "changes_each": changes,
        "ours_seconds": round(ours, 1),
        "one_after_another_seconds": round(each * MANY, 1),
        "one_after_another_measured_on": 2 * FEW,
        "least_seconds_by_latency": round(latency_bound, 2),
        "least_seconds_by_rate": round(rate_bound, 2),
        "campaigns_per_second": round(MANY / ours, 1),
    }
    answer: dict[str, Any] = {
        "name": "publish_campaigns",
        "figures": figures,
        "ratio": round(ratio, 2),
        "bound": BOUND,
        "times_faster": round(faster, 1),
        "times_faster_bound": FASTER,
        "holds": holds,
    }
    print(json.dumps(answer))
    return 0 if holds else 1


@contextmanager
def _sandbox() -> Iterator[str]:
    """A sandbox in a process of its own, configured as the Meta account; its address."""
    command = [sys.executable, "-m", "sandbox", "--today", FIRST_DAY.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            known = json.loads(running.stdout.readline())
            apply_environment({name.upper(): value for name, value in known.items()})
            yield known["meta_graph_url"]
        finally:
            running.terminate()


def _ask(graph_url: str, method: str, path: str, body: Any = None) -> Any:
    reply = requests.request(method, f"{graph_url}/_sandbox/{path}", json=body, timeout=60)
    reply.raise_for_status()
    return reply.json()


if __name__ == "__main__":
    raise SystemExit(main())
