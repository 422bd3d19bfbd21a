"""What really is, for the referee: every object with its state, and the numbers behind the reports."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sandbox.applicants import AdDay, filled_in
from sandbox.meta.breakdowns import split
from sandbox.meta.fields import written
from sandbox.meta.insights import outcome_at, outcome_of
from sandbox.meta.kinds import AD, DELIVERING, REPORT
from sandbox.meta.metrics import actions_of
from sandbox.meta.state import Account, Node
from sandbox.meta.statuses import budget_owner, effective_status, is_live
from sandbox.traffic import RESTATED_FOR_DAYS, Outcome, delivered

PLATFORM = "meta"


def objects(account: Account) -> dict[str, Any]:
    shown = [_object(account, node) for node in account.nodes.values() if node.kind != REPORT.name]
    return {"objects": shown}


def _object(account: Account, node: Node) -> dict[str, Any]:
    values = {name: written("", value) for name, value in node.values.items()}
    seen = {
        "platform": PLATFORM,
        "id": node.id,
        "kind": node.kind,
        "name": node.values.get("name"),
        "status": node.status,
        "effective_status": effective_status(account, node),
        "created_time": written("", node.created),
        "listed_from": written("", node.visible_from),
        "values": values,
    }
    if node.kind in DELIVERING:
        seen["delivers"] = delivers(account, node)
        seen["spent"] = account.ledger.total[node.id]
    return seen


def delivers(account: Account, node: Node) -> bool:
    """Would money be spent below it if time went on from here?"""
    return any(is_live(account, ad) and _has_money(account, ad) for ad in account.ads_of(node))


def _has_money(account: Account, ad: Node) -> bool:
    owner = budget_owner(account, account.ad_set_of(ad))
    lifetime = owner.values.get("lifetime_budget")
    return not lifetime or account.ledger.total[owner.id] < lifetime


def truth(account: Account, since: date, until: date) -> dict[str, Any]:
    """Per ad and day: as reported now (what a perfect reader holds) and as it will settle."""
    reported, settled = [], []
    for ad in account.of_kind(AD.name):
        for day in sorted(account.ledger.by_day[ad.id]):
            if since <= day <= until:
                reported += _row(account, ad, day, outcome_of(account, ad, day))
                settled += _row(account, ad, day, outcome_at(account, ad, day, RESTATED_FOR_DAYS))
    return {
        "as_of": account.clock.now.isoformat(),
        "currency": account.currency.code,
        "reported": reported,
        "settled": settled,
        "shown_to": list(_shown_to(account, since, until)),
    }


def _shown_to(account: Account, since: date, until: date) -> Iterator[dict[str, Any]]:
    """By age and gender, as reported now."""
    for ad in account.of_kind(AD.name):
        for day in sorted(account.ledger.by_day[ad.id]):
            if since <= day <= until:
                for (age, gender), part in split(account.dice(ad, day), outcome_of(account, ad, day)):
                    yield {
                        "ad_id": ad.id,
                        "date_day": day.isoformat(),
                        "age": age,
                        "gender": gender,
                        "impressions": part.impressions,
                        "clicks": part.clicks,
                        "spend": account.currency.spell(part.spend),
                    }


def _row(account: Account, ad: Node, day: date, outcome: Outcome) -> list[dict[str, Any]]:
    if outcome.is_nothing:
        return []
    row: dict[str, Any] = {"platform": PLATFORM, "account_id": account.number, "date_day": day.isoformat()}
    for node in account.ancestry(ad):
        row[f"{node.kind}_id"] = node.id
    row |= {
        "impressions": outcome.impressions,
        "reach": outcome.reach,
        "clicks": outcome.clicks,
        "inline_link_clicks": outcome.link_clicks,
        "landing_page_views": outcome.page_views,
        "apply_clicks": outcome.apply_clicks,
        "applications": outcome.applications,
        "spend": account.currency.spell(outcome.spend),
        "actions": actions_of(outcome),
    }
    return [row]


def ad_days(account: Account) -> Iterator[AdDay]:
    """Every day that any ad was shown, with what it truly brought and where its link led."""
    for ad in account.of_kind(AD.name):
        creative = account.nodes[ad.values["creative"]["creative_id"]]
        macros = {"{{campaign.id}}": account.campaign_of(ad).id, "{{ad.id}}": ad.id}
        page = filled_in(creative.values["object_story_spec"]["link_data"]["link"], macros)
        for day in sorted(account.ledger.by_day[ad.id]):
            dice = account.dice(ad, day)
            brought = delivered(dice, account.ledger.on(ad.id, day), account.currency.cost_per_thousand)
            yield AdDay(PLATFORM, ad.id, page, day, dice, brought)
