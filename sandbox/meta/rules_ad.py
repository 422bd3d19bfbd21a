"""What a creative and an ad must say. Follows Meta's "Ad creative" and "Ad" pages."""

from typing import Any
from urllib.parse import urlsplit

from sandbox.meta.errors import bad_parameter, missing, no_such_object, refused
from sandbox.meta.kinds import AD_SET, CREATIVE, IMAGE
from sandbox.meta.rules_campaign import created_status, name
from sandbox.meta.state import Account, Node
from sandbox.meta.statuses import is_gone

MOST_ADS = 50
LEAD_FORM_ACTIONS = frozenset("APPLY_NOW DOWNLOAD GET_QUOTE LEARN_MORE SIGN_UP SUBSCRIBE".split())


def new_creative(account: Account, values: dict[str, Any]) -> None:
    story = values.get("object_story_spec")
    if not story:
        raise missing("object_story_spec")
    if "page_id" not in story:
        raise missing("object_story_spec[page_id]")
    if story["page_id"] != account.page_id:
        raise no_such_object("POST", story["page_id"])
    if "link_data" not in story:
        raise refused(
            "Creative Not Available",
            "This sandbox knows creatives with link_data.",
            blame=("object_story_spec",),
        )
    _link_data(account, story["link_data"])
    features = (values.get("degrees_of_freedom_spec") or {}).get("creative_features_spec", {})
    if "standard_enhancements" in features:
        raise refused(
            "Standard Enhancements Are Deprecated",
            "Opt in or out of each enhancement by its own name.",
            blame=("degrees_of_freedom_spec",),
        )


def _link_data(account: Account, data: dict[str, Any]) -> None:
    _web_address("object_story_spec[link_data][link]", data.get("link"))
    if "image_hash" in data and not any(
        image.values["hash"] == data["image_hash"] for image in account.of_kind(IMAGE.name)
    ):
        raise refused(
            "Image Wasn't Found",
            f"This ad account has no image {data['image_hash']!r}.",
            blame=("image_hash",),
        )
    action = data.get("call_to_action")
    if action:
        if "type" not in action:
            raise missing("object_story_spec[link_data][call_to_action][type]")
        value = action.get("value", {})
        if "link" in value:
            _web_address("object_story_spec[link_data][call_to_action][value][link]", value["link"])
        if "lead_gen_form_id" in value and action["type"] not in LEAD_FORM_ACTIONS:
            raise refused("Call To Action Not Available", "Not with a lead form.", blame=("call_to_action",))


def _web_address(name: str, text: Any) -> None:
    if not text:
        raise missing(name)
    parts = urlsplit(str(text))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_parameter(f"Param {name} must be a valid URL.", name)


def new_ad(account: Account, values: dict[str, Any]) -> Node:
    """Checks it and gives the ad set it belongs to."""
    name(values)
    created_status(values)
    for required in ("adset_id", "creative"):
        if not values.get(required):
            raise missing(required)
    ad_set = account.find(values["adset_id"], AD_SET.name)
    if ad_set is None:
        raise no_such_object("POST", str(values["adset_id"]))
    if is_gone(account, ad_set):
        raise refused("Ad Set Is Deleted", "A deleted or archived ad set takes no ads.", blame=("adset_id",))
    if len([ad for ad in account.ads_of(ad_set) if not is_gone(account, ad)]) >= MOST_ADS:
        raise refused("Too Many Ads", f"An ad set has at most {MOST_ADS} ads.", blame=("adset_id",))
    creative_of(account, values)
    return ad_set


def changed_ad(account: Account, values: dict[str, Any], changes: dict[str, Any]) -> None:
    name(values)
    if "creative" in changes:
        creative_of(account, values)


def creative_of(account: Account, values: dict[str, Any]) -> None:
    creative_id = values["creative"].get("creative_id") or values["creative"].get("id")
    if not creative_id:
        raise refused(
            "Creative Required", "Give the creative_id of a creative you made before.", blame=("creative",)
        )
    creative = account.find(creative_id, CREATIVE.name)
    if creative is None or creative.status == "DELETED":
        raise refused("Creative Not Found", f"There is no creative {creative_id!r}.", blame=("creative",))
    values["creative"] = {"creative_id": creative.id}
