"""Removing: what is removed stays readable, and its name becomes free."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox.google_ads.errors import AdsError
from sandbox.google_ads.index import child_of
from sandbox.google_ads.kinds import BUDGET, CAMPAIGN, set_enum
from sandbox.google_ads.state import Resource

if TYPE_CHECKING:
    from sandbox.google_ads.mutate import Step


def remove(step: "Step", resource: Resource) -> Iterator[AdsError]:
    if resource.kind == BUDGET and any(step.draft.matching(child_of(CAMPAIGN, resource.name))):
        message = "The campaign budget is used by a campaign and cannot be removed."
        yield AdsError("campaign_budget_error", "CAMPAIGN_BUDGET_IN_USE", message, trigger=resource.name)
        return
    set_enum(resource.message, "status", "REMOVED")
    if resource.kind == CAMPAIGN:
        budget = step.draft.changing(resource.message.campaign_budget)
        if budget is not None and not budget.message.explicitly_shared:
            set_enum(budget.message, "status", "REMOVED")
