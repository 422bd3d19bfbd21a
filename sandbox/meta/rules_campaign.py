"""What a campaign must say. Follows Meta's "Ad Campaign Group" and "Special Ad Categories" pages."""

from typing import Any

from sandbox.meta.errors import bad_parameter, missing, refused
from sandbox.meta.rules_money import above_minimum, one_budget, positive
from sandbox.meta.state import Account
from sandbox.meta.statuses import GONE

LONGEST_NAME = 400
OBJECTIVES = frozenset(
    "OUTCOME_APP_PROMOTION OUTCOME_AWARENESS OUTCOME_ENGAGEMENT OUTCOME_LEADS OUTCOME_SALES "
    "OUTCOME_TRAFFIC".split()
)
RESTRICTED = frozenset({"EMPLOYMENT", "HOUSING", "FINANCIAL_PRODUCTS_SERVICES"})


def name(values: dict[str, Any]) -> None:
    if not values.get("name", "").strip():
        raise missing("name")
    if len(values["name"]) > LONGEST_NAME:
        raise bad_parameter(f"Param name must be no longer than {LONGEST_NAME} characters.", "name")


def created_status(values: dict[str, Any]) -> None:
    if values.get("status") in GONE:
        raise bad_parameter("Only ACTIVE and PAUSED are valid status during creation.", "status")


def new_campaign(account: Account, values: dict[str, Any]) -> None:
    name(values)
    created_status(values)
    _objective(values)
    _categories(account, values)
    _buying(values)
    _budget(account, values)


def changed_campaign(account: Account, values: dict[str, Any], changes: dict[str, Any]) -> None:
    """`values` are those the campaign would have after the change."""
    name(values)
    if "objective" in changes:
        _objective(values)
    if "special_ad_categories" in changes or "special_ad_category_country" in changes:
        _categories(account, values)
    positive(changes)
    one_budget(values)


def _objective(values: dict[str, Any]) -> None:
    if "objective" not in values:
        raise missing("objective")
    if values["objective"] not in OBJECTIVES:
        raise refused(
            "Objective Not Available",
            f"{values['objective']} can no longer be created; use one of {', '.join(sorted(OBJECTIVES))}.",
            blame=("objective",),
        )


def _categories(account: Account, values: dict[str, Any]) -> None:
    if "special_ad_categories" not in values:
        raise missing("special_ad_categories")
    categories = values["special_ad_categories"]
    if "CREDIT" in categories:
        raise refused(
            "Category Not Available",
            "CREDIT was replaced by FINANCIAL_PRODUCTS_SERVICES.",
            blame=("special_ad_categories",),
        )
    if "NONE" in categories and len(categories) > 1:
        raise refused("Category Invalid", "NONE stands alone.", blame=("special_ad_categories",))
    declared = set(categories) - {"NONE"}
    if declared and not values.get("special_ad_category_country"):
        if not declared <= RESTRICTED:
            raise missing("special_ad_category_country")
        values["special_ad_category_country"] = [account.country]


def _buying(values: dict[str, Any]) -> None:
    buying = values.setdefault("buying_type", "AUCTION")
    if buying not in ("AUCTION", "RESERVED"):
        raise bad_parameter("Param buying_type must be one of {AUCTION, RESERVED}.", "buying_type")
    if buying == "RESERVED":
        if RESTRICTED & set(values["special_ad_categories"]):
            why = "Reach and frequency is disabled for housing, employment and financial products."
        else:
            why = "This ad account has no reservation buying."
        raise refused("Buying Type Not Available", why, blame=("buying_type",))
    if "smart_promotion_type" in values:
        raise refused(
            "Advantage+ Campaign Not Available",
            "Advantage+ shopping and app campaigns can no longer be created this way.",
            blame=("smart_promotion_type",),
        )
    for read_only in ("start_time", "stop_time"):
        if read_only in values:
            raise bad_parameter(f"{read_only} is read only on campaigns; set it on the ad sets.", read_only)


def _budget(account: Account, values: dict[str, Any]) -> None:
    positive(values)
    one_budget(values)
    sharing = values.get("is_adset_budget_sharing_enabled")
    if values.get("daily_budget") or values.get("lifetime_budget"):
        if sharing is not None:
            raise refused(
                "Budget Sharing Conflicts With Campaign Budget",
                "is_adset_budget_sharing_enabled is only for campaigns without a budget of their own.",
                subcode=4834002,
                blame=("is_adset_budget_sharing_enabled",),
            )
        above_minimum(account, values)
        return
    if sharing is None:
        raise refused(
            "Must Specify True Or False In is_adset_budget_sharing_enabled",
            "A campaign without a budget must say whether its ad sets share theirs.",
            subcode=4834011,
            blame=("is_adset_budget_sharing_enabled",),
        )
    if sharing and not values.get("bid_strategy"):
        raise refused(
            "Bid Strategy Required",
            "Ad set budget sharing needs a bid_strategy on the campaign.",
            subcode=4834005,
            blame=("bid_strategy",),
        )
    if values.get("bid_strategy") and not sharing:
        raise refused(
            "Bid Strategy Belongs To The Ad Set",
            "A campaign has a bid_strategy only when it has a budget or shares those of its ad sets.",
            blame=("bid_strategy",),
        )
