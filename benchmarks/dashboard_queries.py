"""How long the dashboard waits for its answers with 10,000,000 ad-days in the store.

`python -m benchmarks.dashboard_queries` fills a database of its own by SQL: ten accounts over a year, each
read every night, and 200 campaigns of ours among thousands. Each question is asked 100 times, taking turns,
through the functions the dashboard calls. The last line is one JSON object; exit 1 if one's p95 is over the
bound. `--rows` shrinks it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import text

from adflux_core import database, reports
from adflux_core.advertising import CampaignPlan, Creative, PlatformName
from adflux_core.campaigns.drafting import plan_item
from adflux_core.creative.card import draw_card
from adflux_core.money import Money
from adflux_core.reports.asking import ask
from adflux_core.schema.postings import Posting
from adflux_core.schema.publication import Approval, Plan, PlatformObject, Publication
from adflux_core.settings import apply_environment
from adflux_core.targeting import TargetingSpec
from deployments.embedded_postgres import embedded_postgres

ROWS, ACCOUNTS, DAYS, ADS_A_CAMPAIGN, OURS = 10_000_000, 10, 365, 4, 200
TIMES, BOUND_MS = 100, 20.0
UNTIL = datetime.now(UTC).date() - timedelta(1)
SINCE = UNTIL - timedelta(DAYS - 1)

READINGS = """
    INSERT INTO adflux.metrics_slice (platform, account_id, since, until, pages, rows_read, rows_changed,
                                      rows_deleted, spend, currency, complete, read_at, read_on)
    SELECT 'meta', 'act_' || :account, greatest(:since, day::date - 28), day::date - 1, 1, 1, 1, 0, 1, 'COP',
           true, day, day::date
    FROM generate_series(CAST(:since AS date) + 1, CAST(:until AS date) + 1, interval '1 day') AS day
"""
NUMBERS = """
    INSERT INTO adflux.ad_metrics (platform, account_id, date_day, ad_id, ad_group_id, campaign_id, currency,
                                   impressions, clicks, link_clicks, spend, applications, slice_id, as_of)
    SELECT 'meta', 'act_' || :account, day::date, 'ad-' || :account || '-' || ad, 'g-' || ad / 2,
           'c-' || :account || '-' || ad / :ads_a_campaign, 'COP',
           (random() * 9000)::bigint, (random() * 300)::bigint, (random() * 200)::bigint,
           round((random() * 100000)::numeric, 2), (random() * 9)::bigint,
           (SELECT min(id) FROM adflux.metrics_slice), adflux.metrics_instant()
    FROM generate_series(CAST(:since AS date), CAST(:until AS date), interval '1 day') AS day,
         generate_series(1, :ads) AS ad
"""


def main() -> int:
    """Fill, ask, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = parser.parse_args().rows
    # ignore_cleanup_errors: the server's own user owns what it leaves behind.
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        embedded_postgres(Path(folder)) as url,
    ):
        apply_environment({"ADFLUX_DATABASE_URL": url})
        database.migrate()
        stored = _fill(rows)
        took = _ask_all()
        return _report(stored, took)


def _fill(rows: int) -> int:
    ads = max(rows // (ACCOUNTS * DAYS), 1)
    scope = {"since": SINCE, "until": UNTIL, "ads": ads, "ads_a_campaign": ADS_A_CAMPAIGN}
    started = time.perf_counter()
    for account in range(ACCOUNTS):
        with database.connection() as connected:
            connected.execute(
                text(
                    "INSERT INTO adflux.ad_account (platform, external_id, name, currency, time_zone) "
                    "VALUES ('meta', 'act_' || :account, 'Account ' || :account, 'COP', 'America/Bogota')"
                ),
                {"account": str(account)},
            )
            connected.execute(text(READINGS), scope | {"account": str(account)})
            connected.execute(text("SET LOCAL work_mem = '256MB'"))
            connected.execute(text(NUMBERS), scope | {"account": str(account)})
    _publish(ads // ADS_A_CAMPAIGN)
    with database.autocommit() as connected:
        connected.execute(text("VACUUM (ANALYZE)"))
        # A year of nights in one transaction leaves what a year of transactions prunes as it goes.
        connected.execute(text("VACUUM (FULL, ANALYZE) adflux.day_reading"))
        counted: int = connected.execute(text("SELECT sum(ads)::bigint FROM adflux.account_day")).scalar_one()
    print({"rows": counted, "filled_in_seconds": round(time.perf_counter() - started)}, flush=True)
    return counted


def _publish(campaigns: int) -> None:
    with database.transaction() as session:
        for number in range(1, OURS + 1):
            account = number % ACCOUNTS
            first = UNTIL - timedelta(5 + number % 80)
            spec = _spec(number, f"act_{account}", first)
            session.add(
                Posting(id=number, source="s", external_id=f"{number}", title=spec.name, content_hash=b"x")
            )
            session.add(Plan(id=number, spec_hash="h", author="a"))
            session.flush()
            session.add(plan_item(number, spec, Decimal("1.75")))
            session.add(Approval(id=number, plan_id=number, spec_hash="h", approved_by="b"))
            session.flush()
            session.add(
                Publication(
                    id=number, posting_id=number, platform="meta", revision=1, plan_id=number, spec_hash="h",
                    approval_id=number, desired_state="active", state="active", effective_status="ACTIVE",
                )
            )  # fmt: skip
            session.flush()
            session.add(
                PlatformObject(
                    publication_id=number, kind="campaign", ordinal=0, token=f"t{number}", state="ACTIVE",
                    external_id=f"c-{account}-{number % max(campaigns, 1)}",
                )
            )  # fmt: skip


def _spec(number: int, account: str, first: date) -> CampaignPlan:
    title = f"Auxiliar de bodega {number}"
    return CampaignPlan(
        platform=PlatformName.META, account_id=account, posting_id=number, name=title, advertiser=None,
        budget=Money.of("COP", 800_000), targeting=TargetingSpec(countries=("CO",)),
        starts_at=datetime.fromisoformat(f"{first}T00:00:00-05:00"),
        ends_at=datetime.fromisoformat(f"{first + timedelta(90)}T00:00:00-05:00"),
        creative=Creative(language="es", headline=title, primary_text=title, description="", source="bench",
                          link="https://example.com",
                          image=draw_card(title=title, company="Empresa", place="Bogotá")),
    )  # fmt: skip


def _ask_all() -> dict[str, list[float]]:
    month, quarter = UNTIL - timedelta(27), UNTIL - timedelta(89)
    questions: dict[str, Callable[[], object]] = {
        "accounts": reports.accounts,
        "attention": reports.attention,
        "campaigns": reports.campaigns,
        "campaign_days": partial(reports.campaign_days, 80),
        "days_known": reports.days_known,
        "daily_28": partial(reports.daily_by_platform, month, UNTIL),
        "daily_90": partial(reports.daily_by_platform, quarter, UNTIL),
        "totals_28": partial(reports.period_totals, month, UNTIL),
        "totals_90": partial(reports.period_totals, quarter, UNTIL),
        "slices": reports.slices,
        "publications": reports.publications,
        "publication": partial(reports.publication_detail, 80),
        # For comparison, and not held to the bound: the newest day added up from the ads' own rows.
        "one_day_plain": partial(
            ask, dict, "SELECT sum(spend) AS spend FROM adflux.ad_metrics WHERE date_day = :day", day=UNTIL
        ),
    }
    took: dict[str, list[float]] = {name: [] for name in questions}
    for turn in range(TIMES + 1):
        for name, question in questions.items():
            started = time.perf_counter()
            answer = question()
            if turn:  # the first one opens connections and fills caches
                took[name].append((time.perf_counter() - started) * 1000)
            elif not answer and name != "attention":
                raise SystemExit(f"{name} found nothing, so its time means nothing")
    return took


def _report(stored: int, took: dict[str, list[float]]) -> int:
    p95 = {name: quantiles(each, n=20)[-1] for name, each in took.items()}
    held = {name: one for name, one in p95.items() if name != "one_day_plain"}
    slowest = max(held, key=lambda name: held[name])
    answer = {
        "name": "dashboard_queries",
        "figures": {
            "rows": stored,
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
