"""The kinds of node this world has, and what the SDK calls them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    name: str
    sdk_class: str
    edge: str  # of the ad account
    create: str  # the SDK's method on AdAccount
    listing: str


CAMPAIGN = Kind("campaign", "Campaign", "campaigns", "create_campaign", "get_campaigns")
AD_SET = Kind("adset", "AdSet", "adsets", "create_ad_set", "get_ad_sets")
AD = Kind("ad", "Ad", "ads", "create_ad", "get_ads")
CREATIVE = Kind("adcreative", "AdCreative", "adcreatives", "create_ad_creative", "get_ad_creatives")
IMAGE = Kind("adimage", "AdImage", "adimages", "create_ad_image", "get_ad_images")
LABEL = Kind("adlabel", "AdLabel", "adlabels", "create_ad_label", "get_ad_labels")
AUDIENCE = Kind(
    "customaudience", "CustomAudience", "customaudiences", "create_custom_audience", "get_custom_audiences"
)
REPORT = Kind("report", "AdReportRun", "", "", "")

KINDS = {kind.name: kind for kind in (CAMPAIGN, AD_SET, AD, CREATIVE, IMAGE, LABEL, AUDIENCE, REPORT)}
DELIVERING = (CAMPAIGN.name, AD_SET.name, AD.name)
