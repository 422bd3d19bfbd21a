"""Ad groups: a name of their own in their campaign, and a bid."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox.google_ads.errors import AdsError
from sandbox.google_ads.kinds import Pb, enum_name
from sandbox.google_ads.names import check_name, is_taken
from sandbox.google_ads.rules_campaign import bid
from sandbox.google_ads.state import Resource

if TYPE_CHECKING:
    from sandbox.google_ads.mutate import Step

CATEGORY = "ad_group_error"


def check(step: "Step", resource: Resource, before: Pb) -> Iterator[AdsError]:  # noqa: ARG001
    message = resource.message
    yield from check_name(message, CATEGORY, "INVALID_ADGROUP_NAME")
    if is_taken(resource, step.draft):
        said = "An ad group with this name already exists in the campaign."
        yield AdsError(CATEGORY, "DUPLICATE_ADGROUP_NAME", said, ("name",), message.name)
    if enum_name(message, "type_") != "SEARCH_STANDARD":
        said = "This type of ad group does not go with the campaign's channel."
        name = "AD_GROUP_TYPE_NOT_VALID_FOR_ADVERTISING_CHANNEL_TYPE"
        yield AdsError(CATEGORY, name, said, ("type",))
    yield from bid(step.customer, message.cpc_bid_micros, "cpc_bid_micros")
