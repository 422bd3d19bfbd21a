"""How long the dashboard waits with 10,000,000 ad-days and 1,000,000 applications in the store.

`python -m benchmarks.dashboard_queries` fills a database of its own (`peers/busy_agency.py`). Every question
that a page asks is asked 100 times, taking turns, through the functions the pages call; a test holds the list
to the pages. The last line is one JSON object; exit 1 if one's p95 is over the bound. `--rows` shrinks it;
`--home` keeps the database in a folder and asks it again the next time.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from uuid import UUID

from adflux_core import database, reports
from adflux_core.reports import PostingFilters
from adflux_core.reports.asking import ask
from adflux_core.settings import apply_environment
from benchmarks.peers.busy_agency import fill
from deployments.embedded_postgres import embedded_postgres

ROWS, ROWS_AN_APPLICATION = 10_000_000, 10
TIMES, BOUND_MS = 100, 20.0
ONE = 80  # a campaign, and a posting, in the middle of ours
EMPTY = {"attention", "has_simulated_postings"}  # when nothing is wrong, and all is real
COUNTED = "SELECT coalesce(sum(ads), 0)::bigint AS stored FROM adflux.account_day"
APPLIED = "SELECT coalesce(sum(applications), 0)::bigint AS stored FROM adflux.application_count"


def main() -> int:
    """Fill, ask, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    # ignore_cleanup_errors: the server's own user owns what it leaves behind.
    place = nullcontext(asked.home) if asked.home else tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with place as folder, embedded_postgres(Path(folder)) as url:
        apply_environment({"ADFLUX_DATABASE_URL": url})
        database.migrate()
        if not stored(COUNTED):
            fill(asked.rows, asked.rows // ROWS_AN_APPLICATION)
        return _report(_ask_all())


def stored(sql: str) -> int:
    """The number that `sql` counts."""
    return ask(dict[str, int], sql)[0]["stored"]


def questions() -> dict[str, Callable[[], object]]:
    """What the pages ask, as they ask it; the name of a question is its function's, and what of it."""
    last = reports.days_known().last
    assert last is not None
    month, quarter = last - timedelta(27), last - timedelta(89)
    newest = reports.kept_reports()[0]
    used = {day.slice_id for day in reports.daily_by_platform(quarter, last) if day.slice_id is not None}
    words = reports.creatives(ONE)[0].id
    file = reports.last_import_receipts()[0].id
    picture = ask(dict[str, str], "SELECT hash FROM adflux.creative_image LIMIT 1")[0]["hash"]
    return {
        "account_health": reports.account_health,
        "accounts": reports.accounts,
        "ad_applications": reports.ad_applications,
        "ad_costs": partial(reports.ad_costs, ONE),
        **{
            f"application_costs {by}": partial(reports.application_costs, by)
            for by in ("campaign", "posting", "platform", "segment")
        },
        "application_funnel": reports.application_funnel,
        "application_gaps": reports.application_gaps,
        "applications_known": reports.applications_known,
        "attention": reports.attention,
        "campaign_days": partial(reports.campaign_days, ONE),
        "campaign_funnel": partial(reports.campaign_funnel, ONE),
        "campaign_shown_to": partial(reports.campaign_shown_to, ONE),
        "campaigns": reports.campaigns,
        "caps": reports.caps,
        "creative_examined": partial(reports.creative_examined, words, "es"),
        "creative_image": partial(reports.creative_image, picture),
        "creatives": partial(reports.creatives, ONE),
        "daily_by_platform 28": partial(reports.daily_by_platform, month, last),
        "daily_by_platform 90": partial(reports.daily_by_platform, quarter, last),
        "days_known": reports.days_known,
        "examination": reports.examination,
        "fairness_report": reports.fairness_report,
        "has_simulated_postings": reports.has_simulated_postings,
        "holes": reports.holes,
        "unknown_shapes": reports.unknown_shapes,
        "kept_reports": reports.kept_reports,
        "last_alerts": reports.last_alerts,
        "last_import_receipts": reports.last_import_receipts,
        "open_alerts": reports.open_alerts,
        "people": reports.people,
        "period_totals 28": partial(reports.period_totals, month, last),
        "period_totals 90": partial(reports.period_totals, quarter, last),
        "plan_aim": partial(reports.plan_aim, ONE),
        "plan_decision": partial(reports.plan_decision, ONE),
        "planned_items": partial(reports.planned_items, ONE),
        "plan_of_run": partial(reports.plan_of_run, UUID(int=ONE)),
        "planned_words": partial(reports.planned_words, ONE, "meta", None),
        "plans_decided": reports.plans_decided,
        "plans_waiting": reports.plans_waiting,
        "platform_totals 90": partial(reports.platform_totals, quarter, last),
        "posting_concerns": partial(reports.posting_concerns, ONE, "es"),
        "posting_detail": partial(reports.posting_detail, ONE),
        "posting_words": reports.posting_words,
        "postings": reports.postings,
        "postings searched": partial(reports.postings, PostingFilters(words="bodega 77")),
        "postings_written_for": reports.postings_written_for,
        "publication_detail": partial(reports.publication_detail, ONE),
        "pulses": reports.pulses,
        "quarantine": partial(reports.quarantine, file),
        "receipts": partial(reports.receipts, sorted(used)),
        "refused_deeds": reports.refused_deeds,
        "report_file": partial(reports.report_file, newest.id, "html"),
        "restatement": reports.restatement,
        "segment_events": reports.segment_events,
        "segment_match": partial(reports.segment_match, ONE),
        "segment_matches": reports.segment_matches,
        "segment_versions": reports.segment_versions,
        "segments": reports.segments,
        "slices": partial(reports.slices, latest_only=False, limit=50),
    }


def _ask_all() -> dict[str, list[float]]:
    listed = questions()
    # For comparison, and not held to the bound: the newest day added up from the ads' own rows.
    listed["one day plain"] = partial(
        ask, dict, "SELECT sum(spend) AS spend FROM adflux.ad_metrics WHERE date_day = :day",
        day=datetime.now(UTC).date() - timedelta(1),
    )  # fmt: skip
    took: dict[str, list[float]] = {name: [] for name in listed}
    for turn in range(TIMES + 1):
        for name, question in listed.items():
            started = time.perf_counter()
            answer = question()
            if turn:  # the first one opens connections and fills caches
                took[name].append((time.perf_counter() - started) * 1000)
            elif not answer and name not in EMPTY:
                raise SystemExit(f"{name} found nothing, so its time means nothing")
    return took


def _report(took: dict[str, list[float]]) -> int:
    p95 = {name: quantiles(each, n=20)[-1] for name, each in took.items()}
    held = {name: one for name, one in p95.items() if name != "one day plain"}
    slowest = max(held, key=lambda name: held[name])
    answer = {
        "name": "dashboard_queries",
        "figures": {
            "rows": stored(COUNTED),
            "applications": stored(APPLIED),
            "questions": len(held),
            "p95_ms": {name: round(one, 2) for name, one in p95.items()},
            "median_ms": {name: round(median(each), 2) for name, each in took.items()},
            "slowest": slowest,
        },
        "ratio": round(held[slowest] / BOUND_MS, 2),
        "bound": 1.0,
        "holds": held[slowest] <= BOUND_MS,
    }
    print(json.dumps(answer))
    return 0 if answer["holds"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
