"""Insights: what the platform says, as of the sandbox's now, of every day an ad was shown."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from typing import Any

from sandbox.meta import breakdowns, filters
from sandbox.meta.breakdowns import Group
from sandbox.meta.errors import bad_parameter
from sandbox.meta.fields import parse_fields
from sandbox.meta.kinds import AD, AD_SET, CAMPAIGN
from sandbox.meta.metrics import ATTRIBUTION_SETTING, check_windows, measured
from sandbox.meta.pages import PAGING, Ranked, page, with_paging
from sandbox.meta.parameters import field_types, signature
from sandbox.meta.periods import Period, asked_period, cut, increment_of
from sandbox.meta.state import Account, Node
from sandbox.traffic import NOTHING, Outcome, delivered, reported, summed
from sandbox.web import Request

# Accepted and without effect since June 2025: everything behaves as in Ads Manager.
WITHOUT_EFFECT = ("use_unified_attribution_setting", "use_account_attribution_setting", "action_report_time")
KNOWN = frozenset(
    "level time_range date_preset time_increment action_attribution_windows breakdowns "
    "default_summary".split()
) | set(PAGING)
ACCOUNT = "account"
LEVELS = (ACCOUNT, CAMPAIGN.name, AD_SET.name, AD.name)
DEFAULT_FIELDS = {"impressions": None, "spend": None}
ROW_FIELDS = ("date_start", "date_stop")
# The entity (none: the account), the days, the counts, and of whom, when that was asked.
Found = tuple[Node | None, Period, Outcome, Group | None]
SHARED_REACH = 0.55  # people who were already reached by another row


def decode(account: Account, request: Request, method: str) -> dict[str, Any]:
    """The query, checked as far as it can be without running it."""
    takes = with_paging(signature("AdAccount", method))
    wanted = takes.decode(request.params, account.clock.zone)
    for name in wanted:
        if name not in KNOWN and name not in WITHOUT_EFFECT:
            raise bad_parameter(f"This sandbox does not know the insights parameter {name}.", name)
    fields = parse_fields(wanted.get("fields", ""))
    for name in fields:
        if name not in field_types("AdsInsights"):
            raise bad_parameter(
                f"{name} is not valid for fields param. please check the documentation for all valid values",
                name,
            )
    breakdowns.asked(wanted)
    check_windows(wanted.get("action_attribution_windows", []))
    conditions = filters.parse(wanted.get("filtering", []))
    filters.check_fields(AD.name, [c for c in conditions if c[0] not in filters.METRICS])
    cut(asked_period(wanted, account.clock.today), increment_of(wanted))
    return wanted


def read(account: Account, node: Node | None, request: Request) -> dict[str, Any]:
    wanted = decode(account, request, "get_insights")
    reply = page(_listed(account, node, request, wanted), request, wanted)
    reply["data"] = [render(account, found, wanted) for found in reply["data"]]
    if fault := request.suffers("unknown_field"):
        reply["data"] = [{**row, fault.details["field"]: fault.details["value"]} for row in reply["data"]]
    if "summary" in wanted or wanted.get("default_summary"):
        whole = {**wanted, "level": ACCOUNT, "time_increment": "all_days", "breakdowns": []}
        totals = [render(account, found, whole) for found in find(account, node, whole)]
        reply["summary"] = totals[0] if totals else {}
    return reply


def _listed(account: Account, node: Node | None, request: Request, wanted: dict[str, Any]) -> Ranked:
    """All rows, with their ranks. Pages after the first are cut from what the first one found."""
    told = {name: value for name, value in request.params.items() if name not in ("after", "before", "limit")}
    asked = (account.clock.now, node and node.id, told)
    if not {"after", "before"} & wanted.keys() or account.last_listing[0] != asked:
        account.last_listing = (asked, list(enumerate(find(account, node, wanted))))
    return account.last_listing[1]


def find(account: Account, node: Node | None, wanted: dict[str, Any]) -> list[Found]:
    """All rows of the query, but for those with nothing in them. `node` none is the account."""
    level = wanted.get("level") or (node.kind if node else ACCOUNT)
    periods = cut(asked_period(wanted, account.clock.today), increment_of(wanted))
    conditions = filters.parse(wanted.get("filtering", []))
    return [
        (entity, periods[index], outcome, group)
        for entity, ads in _entities(account, node, level, conditions)
        for index, group, outcome in _by_period(account, ads, periods, by_group=breakdowns.asked(wanted))
        if _metric_conditions(account, outcome, conditions)
    ]


def render(account: Account, found: Found, wanted: dict[str, Any]) -> dict[str, Any]:
    entity, period, outcome, group = found
    fields = set(parse_fields(wanted.get("fields", "")) or DEFAULT_FIELDS) | set(ROW_FIELDS)
    windows = wanted.get("action_attribution_windows", [])
    row = _about(account, entity, period) | measured(outcome, account.currency, windows)
    seen = {name: value for name, value in row.items() if name in fields}
    return seen | (dict(zip(breakdowns.BREAKDOWNS, group, strict=True)) if group else {})


def outcome_of(account: Account, ad: Node, day: date) -> Outcome:
    """What is reported of an ad and day as of now."""
    spent, age = account.ledger.on(ad.id, day), (account.clock.today - day).days
    known = account.told.get((ad.id, day))
    if known is None or known[:2] != (spent, age):
        known = (spent, age, outcome_at(account, ad, day, age))
        account.told[ad.id, day] = known
    return known[2]


def outcome_at(account: Account, ad: Node, day: date, age: int) -> Outcome:
    """What is reported of it when that day is `age` days old."""
    dice = account.dice(ad, day)
    truth = delivered(dice, account.ledger.on(ad.id, day), account.currency.cost_per_thousand)
    return reported(dice, truth, age)


def _by_period(
    account: Account, ads: list[Node], periods: list[Period], *, by_group: bool
) -> Iterator[tuple[int, Group | None, Outcome]]:
    starts, last = [start for start, _ in periods], periods[-1][1]
    told: dict[tuple[int, Group | None], list[Outcome]] = {}
    for ad in ads:
        for day in account.ledger.by_day[ad.id]:
            if starts[0] <= day <= last:
                index, outcome = bisect_right(starts, day) - 1, outcome_of(account, ad, day)
                parts = breakdowns.split(account.dice(ad, day), outcome) if by_group else [(None, outcome)]
                for group, part in parts:
                    told.setdefault((index, group), []).append(part)
    for index, group in sorted(told, key=lambda one: (one[0], one[1] or ("", ""))):
        outcome = _sum([outcome for outcome in told[index, group] if outcome is not NOTHING])
        if not outcome.is_nothing:
            yield index, group, outcome


def _sum(told: list[Outcome]) -> Outcome:
    if len(told) == 1:
        return told[0]
    total = summed(told)
    largest = max((outcome.reach for outcome in told), default=0)
    return total._replace(reach=largest + int((total.reach - largest) * (1 - SHARED_REACH)))


def _entities(
    account: Account, node: Node | None, level: str, conditions: list[tuple[str, str, Any]]
) -> Iterator[tuple[Node | None, list[Node]]]:
    """The entities of that level with the ads whose numbers are theirs.

    A deleted or archived entity has no row of its own unless its status is asked for, but its numbers stay
    in those of everything above it ("Manage Your Ad Object's Status").
    """
    ads = account.ads_of(node) if node else list(account.of_kind(AD.name))
    about_nodes = [c for c in conditions if c[0] not in filters.METRICS]
    ads = [ad for ad in ads if all(filters.matches(account, ad, *c) for c in about_nodes)]
    if level == ACCOUNT:
        yield None, ads
        return
    groups: dict[str, list[Node]] = {}
    for ad in ads:
        groups.setdefault(_entity(account, ad, level).id, []).append(ad)
    statuses = filters.wanted_statuses(level, conditions)
    asked_by_id = node is not None and node.kind == level
    for entity_id, members in groups.items():
        entity = account.nodes[entity_id]
        if asked_by_id or not filters.hidden(account, entity, statuses):
            yield entity, members


def _entity(account: Account, ad: Node, level: str) -> Node:
    return next(node for node in account.ancestry(ad) if node.kind == level)


def _metric_conditions(account: Account, outcome: Outcome, conditions: list[tuple[str, str, Any]]) -> bool:
    for field, operator, value in conditions:
        if field in filters.METRICS:
            actual = getattr(outcome, field) / (account.currency.offset if field == "spend" else 1)
            if not filters.OPERATORS[operator](actual, float(value)):
                return False
    return True


def _about(account: Account, entity: Node | None, period: Period) -> dict[str, Any]:
    row: dict[str, Any] = {
        "account_id": account.number,
        "account_name": account.name,
        "account_currency": account.currency.code,
        "attribution_setting": ATTRIBUTION_SETTING,
        "date_start": period[0].isoformat(),
        "date_stop": period[1].isoformat(),
    }
    for node in account.ancestry(entity) if entity else []:
        row[f"{node.kind}_id"] = node.id
        row[f"{node.kind}_name"] = node.values["name"]
    if entity:
        row["objective"] = account.campaign_of(entity).values["objective"]
        row["buying_type"] = account.campaign_of(entity).values["buying_type"]
    if entity and entity.kind in (AD.name, AD_SET.name):
        ad_set = account.ad_set_of(entity) if entity.kind == AD.name else entity
        row["optimization_goal"] = ad_set.values["optimization_goal"]
    return row
