"""What a resource looks like when it is read: with what is worked out, not stored."""

from sandbox.google_ads.kinds import AD_GROUP_AD, BUDGET, CAMPAIGN, Pb, enum_name, set_enum
from sandbox.google_ads.schedule import times
from sandbox.google_ads.state import Customer, Resource

BIDDING_TYPES = {
    "manual_cpc": "MANUAL_CPC",
    "target_spend": "TARGET_SPEND",
    "maximize_conversions": "MAXIMIZE_CONVERSIONS",
}


def shown(customer: Customer, resource: Resource) -> Pb:
    if resource.kind not in (BUDGET, CAMPAIGN, AD_GROUP_AD):
        return resource.message
    message = resource.copy().message
    if resource.kind == BUDGET:
        using = [one for one in customer.campaigns_on(resource) if not one.is_removed]
        message.reference_count = len(using)
    elif resource.kind == CAMPAIGN:
        _campaign(customer, resource, message)
    else:
        set_enum(message, "primary_status", _ad_status(resource))
    return message


def _campaign(customer: Customer, resource: Resource, message: Pb) -> None:
    scheme = message.WhichOneof("campaign_bidding_strategy")
    set_enum(message, "bidding_strategy_type", BIDDING_TYPES.get(scheme, "UNKNOWN"))
    message.missing_eu_political_advertising_declaration = False
    primary, reason, serving = _campaign_status(customer, resource)
    set_enum(message, "primary_status", primary)
    set_enum(message, "serving_status", serving)
    if reason:
        reasons = message.DESCRIPTOR.fields_by_name["primary_status_reasons"].enum_type
        message.primary_status_reasons.append(reasons.values_by_name[reason].number)


def _campaign_status(customer: Customer, resource: Resource) -> tuple[str, str, str]:
    if resource.is_removed:
        return "REMOVED", "CAMPAIGN_REMOVED", "NONE"
    start, end = times(resource.message, customer.clock.zone)
    now = customer.clock.now
    if end is not None and now > end:
        return "ENDED", "CAMPAIGN_ENDED", "ENDED"
    serving = "PENDING" if now < start else "SERVING"
    if customer.status == "SUSPENDED":
        serving = "SUSPENDED"
    if resource.status == "PAUSED":
        return "PAUSED", "CAMPAIGN_PAUSED", serving
    if now < start:
        return "PENDING", "CAMPAIGN_PENDING", serving
    return "ELIGIBLE", "", serving


def _ad_status(resource: Resource) -> str:
    if resource.status in ("REMOVED", "PAUSED"):
        return resource.status
    approval = enum_name(resource.message.policy_summary, "approval_status")
    return {"APPROVED": "ELIGIBLE", "DISAPPROVED": "NOT_ELIGIBLE"}.get(approval, "PENDING")
