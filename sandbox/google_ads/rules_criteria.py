"""Criteria: the places and languages of a campaign, the keywords of an ad group."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox.google_ads import constants
from sandbox.google_ads.errors import AdsError, required
from sandbox.google_ads.kinds import CAMPAIGN_CRITERION, Pb, enum_name
from sandbox.google_ads.names import is_taken
from sandbox.google_ads.rules_campaign import bid
from sandbox.google_ads.state import Resource

if TYPE_CHECKING:
    from sandbox.google_ads.mutate import Step

CATEGORY = "criterion_error"
LONGEST_KEYWORD = 80
MOST_WORDS = 10
# Chosen: the characters that Google's help names as invalid in keywords.
INVALID_CHARACTERS = re.compile(r"[!@%^()={}~`<>?\\|,;*]")


def check_campaign_criterion(step: "Step", resource: Resource, before: Pb) -> Iterator[AdsError]:
    message = resource.message
    criterion = message.WhichOneof("criterion")
    if before is not None:
        return
    if criterion is None:
        said = "A concrete type of criterion is required."
        yield AdsError("campaign_criterion_error", "CONCRETE_TYPE_REQUIRED", said)
        return
    field_name, known = {
        "location": ("geo_target_constant", constants.GEO_TARGETS),
        "language": ("language_constant", constants.LANGUAGES),
    }[criterion]
    name = getattr(getattr(message, criterion), field_name)
    place = (criterion, field_name)
    if not name:
        yield required(field_name, criterion)
    elif name not in known:
        yield AdsError(CATEGORY, "INVALID_CRITERION_ID", "There is no such criterion.", place, name)
    if criterion == "language" and message.negative:
        said = "Languages cannot be excluded."
        yield AdsError(CATEGORY, "CANNOT_EXCLUDE_CRITERIA_TYPE", said, ("negative",))
    yield from _targeted_already(step, resource)


def _targeted_already(step: "Step", resource: Resource) -> Iterator[AdsError]:
    other = step.draft.find(resource.name)
    if other is None or other.is_removed or other.kind != CAMPAIGN_CRITERION:
        return
    if other.message.negative != resource.message.negative:
        said = "The campaign cannot target and exclude the same."
        yield AdsError("campaign_criterion_error", "CANNOT_TARGET_AND_EXCLUDE", said, trigger=resource.name)
    else:
        yield _exists(resource.name)


def check_keyword(step: "Step", resource: Resource, before: Pb) -> Iterator[AdsError]:
    message = resource.message
    yield from bid(step.customer, message.cpc_bid_micros, "cpc_bid_micros")
    if before is not None:
        return
    if not message.HasField("keyword"):
        said = "A concrete type of criterion is required."
        yield AdsError("ad_group_criterion_error", "CONCRETE_TYPE_REQUIRED", said)
        return
    if message.negative and message.HasField("cpc_bid_micros"):
        said = "A negative keyword takes no bid."
        yield AdsError("ad_group_criterion_error", "BID_INCOMPATIBLE_WITH_ADGROUP", said, ("cpc_bid_micros",))
    yield from _text(message.keyword.text)
    if enum_name(message.keyword, "match_type") not in ("EXACT", "PHRASE", "BROAD"):
        yield required("match_type", "keyword")
    if is_taken(resource, step.draft):
        yield _exists(message.keyword.text)


def _text(text: str) -> Iterator[AdsError]:
    place = ("keyword", "text")
    if not text.strip():
        yield required("text", "keyword")
    if len(text) > LONGEST_KEYWORD:
        said = f"A keyword has at most {LONGEST_KEYWORD} characters."
        yield AdsError(CATEGORY, "KEYWORD_TEXT_TOO_LONG", said, place, text)
    if len(text.split()) > MOST_WORDS:
        said = f"A keyword has at most {MOST_WORDS} words."
        yield AdsError(CATEGORY, "KEYWORD_HAS_TOO_MANY_WORDS", said, place, text)
    if INVALID_CHARACTERS.search(text):
        yield AdsError(
            CATEGORY, "KEYWORD_HAS_INVALID_CHARS", "The keyword has invalid characters.", place, text
        )


def _exists(trigger: str) -> AdsError:
    """Chosen: no page says what a second one of the same is answered."""
    return AdsError(
        "mutate_error", "RESOURCE_ALREADY_EXISTS", "The resource already exists.", trigger=trigger
    )
