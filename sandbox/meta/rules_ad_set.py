"""What an ad set must say. Follows Meta's "Ad set" page with its objective and goal table."""

from typing import Any

from sandbox.meta import rules_money, rules_targeting
from sandbox.meta.errors import missing, no_such_object, refused
from sandbox.meta.kinds import AD_SET, CAMPAIGN
from sandbox.meta.rules_campaign import RESTRICTED, created_status, name
from sandbox.meta.state import Account, Node
from sandbox.meta.statuses import has_budget, is_gone

MOST_AD_SETS = 200
# objective: destination: goals. Only what can advertise a job on a website, a form or a page is listed.
GOALS: dict[str, dict[str, frozenset[str]]] = {
    "OUTCOME_TRAFFIC": {
        "WEBSITE": frozenset({"LANDING_PAGE_VIEWS", "LINK_CLICKS", "REACH", "IMPRESSIONS"}),
    },
    "OUTCOME_LEADS": {
        "WEBSITE": frozenset({"OFFSITE_CONVERSIONS", "LANDING_PAGE_VIEWS", "LINK_CLICKS", "REACH"}),
        "ON_AD": frozenset({"LEAD_GENERATION", "QUALITY_LEAD"}),
    },
    "OUTCOME_ENGAGEMENT": {
        "WEBSITE": frozenset({"OFFSITE_CONVERSIONS", "LANDING_PAGE_VIEWS", "LINK_CLICKS", "REACH"}),
        "ON_POST": frozenset({"POST_ENGAGEMENT", "IMPRESSIONS", "REACH"}),
    },
    "OUTCOME_AWARENESS": {"": frozenset({"REACH", "AD_RECALL_LIFT", "IMPRESSIONS"})},
    "OUTCOME_SALES": {
        "WEBSITE": frozenset({"OFFSITE_CONVERSIONS", "LANDING_PAGE_VIEWS", "LINK_CLICKS", "REACH"}),
    },
}
CONVERSION_EVENTS = frozenset(
    "LEAD SUBMIT_APPLICATION COMPLETE_REGISTRATION CONTACT SCHEDULE CONTENT_VIEW SEARCH OTHER".split()
)
FIXED_AFTER_PUBLISHING = ("optimization_goal", "promoted_object", "destination_type", "billing_event")


def new_ad_set(account: Account, values: dict[str, Any]) -> Node:
    """Checks it, completes it, and gives the campaign it belongs to."""
    name(values)
    created_status(values)
    if "campaign_id" not in values:
        raise missing("campaign_id")
    campaign = account.find(values["campaign_id"], CAMPAIGN.name)
    if campaign is None:
        raise no_such_object("POST", values["campaign_id"])
    if is_gone(account, campaign):
        raise refused(
            "Campaign Is Deleted", "A deleted or archived campaign takes no ad sets.", blame=("campaign_id",)
        )
    siblings = [n for n in account.children[campaign.id] if n.kind == AD_SET.name and not is_gone(account, n)]
    if len(siblings) >= MOST_AD_SETS:
        raise refused(
            "Too Many Ad Sets", f"A campaign has at most {MOST_AD_SETS} ad sets.", blame=("campaign_id",)
        )
    for required in ("billing_event", "optimization_goal"):
        if required not in values:
            raise missing(required)
    rules_targeting.required(values)
    values["start_time"] = values.get("start_time") or account.clock.now
    _whole(account, campaign, values)
    return campaign


def changed_ad_set(account: Account, ad_set: Node, values: dict[str, Any], changes: dict[str, Any]) -> None:
    name(values)
    if any(
        field in changes and changes[field] != ad_set.values.get(field) for field in FIXED_AFTER_PUBLISHING
    ):
        raise refused(
            "Can't Edit After Publishing",
            "The goal, conversion and destination of a published ad set cannot be changed: make a new one.",
            subcode=3260011,
            blame=FIXED_AFTER_PUBLISHING,
        )
    if changes.keys() - {"name", "status"}:
        _whole(account, account.campaign_of(ad_set), values)
    rules_money.budget_change(account, ad_set, changes)


def _whole(account: Account, campaign: Node, values: dict[str, Any]) -> None:
    _goal(account, campaign.values["objective"], values)
    rules_money.positive(values)
    rules_money.schedule(values, account.clock.now, ends=bool(campaign.values.get("lifetime_budget")))
    rules_money.ad_set_budget(account, campaign, values)
    if values.get("bid_strategy") and has_budget(campaign):
        raise refused(
            "Bid Strategy Belongs To The Campaign",
            "With a campaign budget the bid_strategy is set on the campaign.",
            blame=("bid_strategy",),
        )
    rules_money.bid(values, values.get("bid_strategy") or campaign.values.get("bid_strategy"))
    if "bid_strategy" not in values and not has_budget(campaign):
        capped = values.get("bid_amount")
        values["bid_strategy"] = "LOWEST_COST_WITH_BID_CAP" if capped else "LOWEST_COST_WITHOUT_CAP"
    rules_targeting.check(account, campaign, values)
    _category_extras(campaign, values)


def _goal(account: Account, objective: str, values: dict[str, Any]) -> None:
    destinations = GOALS.get(objective, {})
    default = "WEBSITE" if "WEBSITE" in destinations else ""
    destination = values.get("destination_type", default)
    goal = values["optimization_goal"]
    if goal not in destinations.get(destination, frozenset()):
        raise refused(
            "Performance Goal Not Available",
            f"{goal} does not go with {objective} and destination {destination or 'none'}.",
            blame=("optimization_goal",),
        )
    if values["billing_event"] != "IMPRESSIONS" and values["billing_event"] != goal:
        raise refused(
            "Billing Event Not Available",
            f"{values['billing_event']} does not go with {goal}.",
            blame=("billing_event",),
        )
    if values["billing_event"] not in ("IMPRESSIONS", "LINK_CLICKS", "POST_ENGAGEMENT"):
        raise refused("Billing Event Not Available", "Bill by IMPRESSIONS.", blame=("billing_event",))
    _promoted_object(account, goal, values.get("promoted_object") or {})


def _promoted_object(account: Account, goal: str, promoted: dict[str, Any]) -> None:
    if goal == "OFFSITE_CONVERSIONS":
        if not promoted.get("pixel_id") or not promoted.get("custom_event_type"):
            raise refused(
                "Promoted Object Required",
                "Conversions need promoted_object with pixel_id and custom_event_type.",
                blame=("promoted_object",),
            )
        if promoted["custom_event_type"] not in CONVERSION_EVENTS:
            raise refused(
                "Conversion Event Not Available",
                "That event does not go with it.",
                blame=("promoted_object",),
            )
    elif goal in ("LEAD_GENERATION", "QUALITY_LEAD"):
        if promoted.get("page_id") != account.page_id:
            raise refused(
                "Promoted Object Required",
                "Lead forms need promoted_object.page_id.",
                blame=("promoted_object",),
            )
    elif "custom_event_type" in promoted or "pixel_id" in promoted:
        raise refused(
            "Promoted Object Not Allowed", f"{goal} takes no conversion event.", blame=("promoted_object",)
        )


def _category_extras(campaign: Node, values: dict[str, Any]) -> None:
    restricted = bool(RESTRICTED & set(campaign.values["special_ad_categories"]))
    goal = values.get("ad_set_goal")
    if goal and restricted and goal.get("type") not in (0, "0", "BROAD"):
        raise refused(
            "Goal Not Available",
            "Special ad categories only know BROAD.",
            subcode=1870261,
            blame=("ad_set_goal",),
        )
    if goal and campaign.values["objective"] != "OUTCOME_SALES":
        raise refused(
            "Goal Not Available", "ad_set_goal is for sales.", subcode=1870252, blame=("ad_set_goal",)
        )
    if restricted and values.get("bid_adjustments"):
        raise refused(
            "Bid Adjustments Not Available",
            "Special ad categories know no bid adjustments.",
            subcode=2909035,
            blame=("bid_adjustments",),
        )
