"""What must hold after every night of a soak, read from the database and from the sandbox's truth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
from soaked_world import AdDay, SoakedWorld

from adflux_core.metrics.sync import RESTATED_DAYS
from adflux_core.money import Money

ROWS = """SELECT date_day, ad_id, impressions, clicks, spend, applications FROM adflux.ad_metrics
          WHERE account_id = %s AND date_day >= %s"""
SUMS = """SELECT sum(impressions)::bigint, sum(clicks)::bigint, sum(spend) FROM adflux.account_day
          WHERE account_id = %s AND date_day >= %s"""
PUBLICATIONS = """
    SELECT publication.id, publication.state, item.account_id, item.currency, item.budget_minor, platform,
           (SELECT token FROM adflux.platform_object AS object
            WHERE object.publication_id = publication.id AND kind = 'campaign'),
           (SELECT jsonb_object_agg(kind, external_id) FROM adflux.platform_object AS object
            WHERE object.publication_id = publication.id)
    FROM adflux.publication JOIN adflux.plan_item AS item USING (plan_id, posting_id, platform)"""
RECORD = ("audit_broken", "activation_without_record")
Connected = psycopg.Connection[tuple[Any, ...]]


def broken(world: SoakedWorld, url: str) -> list[str]:
    """Each broken promise in a few words; nothing, if all is well."""
    with psycopg.connect(url) as connected:
        return [
            *(one for account_id in world.account_ids for one in _numbers(world, connected, account_id)),
            *_publications(world, connected),
            *(f"{view} is not empty" for view in RECORD if _asked(connected, f"SELECT * FROM adflux.{view}")),  # noqa: S608
        ]


def _numbers(world: SoakedWorld, connected: Connected, account_id: str) -> Iterator[str]:
    """No row lost, doubled or otherwise in the days that are still restated; their sums are the rows'."""
    since = world.today - timedelta(RESTATED_DAYS)
    true = {one[:2]: one for one in world.truth(account_id, since)}
    rows = [AdDay(*row) for row in _asked(connected, ROWS, account_id, since)]
    stored = {one[:2]: one for one in rows}
    lost, invented = true.keys() - stored.keys(), stored.keys() - true.keys()
    doubled = len(rows) - len(stored)
    wrong = sum(true[key] != stored[key] for key in true.keys() & stored.keys())
    for what, count in (
        ("lost", len(lost)),
        ("invented", len(invented)),
        ("doubled", doubled),
        ("wrong", wrong),
    ):
        if count:
            yield f"{account_id}: {count} of {len(true)} rows are {what}"
    sums = tuple(
        sum(getattr(one, name) for one in true.values()) for name in ("impressions", "clicks", "spend")
    )
    if (said := _asked(connected, SUMS, account_id, since)) != [sums]:
        yield f"{account_id}: the sums are {said}, not {sums}"


def _publications(world: SoakedWorld, connected: Connected) -> Iterator[str]:
    """Each is out once, runs, and may spend what was approved; nothing else bears a name of ours."""
    made = {one: world.made(one) for one in world.account_ids}
    for number, state, account_id, currency, minor, platform, token, ids in _asked(connected, PUBLICATIONS):
        there = made[account_id].pop(token, {})
        if state != "active" or there not in [
            {ids["campaign"]: running} for running in ("ACTIVE", "ENABLED")
        ]:
            yield f"publication {number} on {platform} is {state}, its campaigns are {there}"
            continue
        approved = Money(currency=currency, minor=minor).amount
        budget, spent = world.purse(account_id, ids)
        if budget != approved or spent > approved:
            yield f"publication {number} on {platform}: {approved} are approved, {budget} set, {spent} spent"
    for account_id, left in made.items():
        if left:
            yield f"{account_id} has {len(left)} campaigns of ours that nobody ordered"


def _asked(connected: Connected, question: str, *given: Any) -> list[tuple[Any, ...]]:
    return connected.execute(question.encode(), given).fetchall()
