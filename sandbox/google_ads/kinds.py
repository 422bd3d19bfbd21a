"""The kinds of resource this world has, and what the API calls them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from google.ads.googleads.v26.services.types.google_ads_service import GoogleAdsRow

Pb = Any  # a protobuf message: its type is only known where it is made
ROW = GoogleAdsRow.pb()


@dataclass(frozen=True)
class Kind:
    name: str  # in GoogleAdsRow and in queries
    collection: str  # in resource names
    references: tuple[str, ...] = ()  # the fields that name another resource
    composite: bool = False  # named after its parent and itself: `12~34`

    @cached_property
    def message_class(self) -> Any:
        return ROW.DESCRIPTOR.fields_by_name[self.name].message_type._concrete_class

    @property
    def operation(self) -> str:
        return f"{self.name}_operation"

    @property
    def result(self) -> str:
        return f"{self.name}_result"


CUSTOMER = Kind("customer", "customers")
BUDGET = Kind("campaign_budget", "campaignBudgets")
CAMPAIGN = Kind("campaign", "campaigns", ("campaign_budget",))
CAMPAIGN_CRITERION = Kind("campaign_criterion", "campaignCriteria", ("campaign",), composite=True)
AD_GROUP = Kind("ad_group", "adGroups", ("campaign",))
AD_GROUP_CRITERION = Kind("ad_group_criterion", "adGroupCriteria", ("ad_group",), composite=True)
AD_GROUP_AD = Kind("ad_group_ad", "adGroupAds", ("ad_group",), composite=True)
GEO_TARGET = Kind("geo_target_constant", "geoTargetConstants")
LANGUAGE = Kind("language_constant", "languageConstants")

MUTABLE = (BUDGET, CAMPAIGN, CAMPAIGN_CRITERION, AD_GROUP, AD_GROUP_CRITERION, AD_GROUP_AD)
KINDS = {kind.name: kind for kind in (CUSTOMER, *MUTABLE, GEO_TARGET, LANGUAGE)}
BY_OPERATION = {kind.operation: kind for kind in MUTABLE}
BY_COLLECTION = {kind.collection: kind for kind in MUTABLE}


def enum_name(message: Pb, field: str) -> str:
    """The name of the value an enum field holds; UNKNOWN for a number without a name."""
    described = message.DESCRIPTOR.fields_by_name[field].enum_type
    found = described.values_by_number.get(getattr(message, field))
    return "UNKNOWN" if found is None else str(found.name)


def set_enum(message: Pb, field: str, name: str) -> None:
    described = message.DESCRIPTOR.fields_by_name[field].enum_type
    setattr(message, field, described.values_by_name[name].number)
