"""What a resource must be like, new or changed: each kind has its own file of rules."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sandbox.google_ads import rules_ad, rules_ad_group, rules_budget, rules_campaign, rules_criteria
from sandbox.google_ads.errors import AdsError
from sandbox.google_ads.kinds import (
    AD_GROUP,
    AD_GROUP_AD,
    AD_GROUP_CRITERION,
    BUDGET,
    CAMPAIGN,
    CAMPAIGN_CRITERION,
    Pb,
    enum_name,
)
from sandbox.google_ads.state import Resource

if TYPE_CHECKING:
    from sandbox.google_ads.mutate import Step

RULES: dict[str, Callable[["Step", Resource, Pb], Iterator[AdsError]]] = {
    BUDGET.name: rules_budget.check,
    CAMPAIGN.name: rules_campaign.check,
    CAMPAIGN_CRITERION.name: rules_criteria.check_campaign_criterion,
    AD_GROUP.name: rules_ad_group.check,
    AD_GROUP_CRITERION.name: rules_criteria.check_keyword,
    AD_GROUP_AD.name: rules_ad.check,
}


def check(step: "Step", resource: Resource, before: Pb) -> Iterator[AdsError]:
    """`before`: what it was like; none when it is new."""
    if enum_name(resource.message, "status") == "REMOVED":
        message = "Enum value is not permitted; to remove a resource, use a remove operation."
        yield AdsError("enum_error", "ENUM_VALUE_NOT_PERMITTED", message, ("status",))
        return
    yield from RULES[resource.kind.name](step, resource, before)
