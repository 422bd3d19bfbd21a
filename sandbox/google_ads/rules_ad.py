"""Responsive search ads: their texts, their links, and what the machine that reads them minds."""

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sandbox.google_ads.errors import DETAILS, AdsError, required
from sandbox.google_ads.index import child_of
from sandbox.google_ads.kinds import AD_GROUP_AD, Pb, enum_name, set_enum
from sandbox.google_ads.state import Resource

if TYPE_CHECKING:
    from sandbox.google_ads.mutate import Step

LONGEST_PATH = 15
LONGEST_URL = 2048
MOST_ENABLED = 3  # responsive search ads of an ad group
# texts: fewest, most, widest, where they may be pinned
TEXTS = {
    "headlines": (3, 15, 30, ("HEADLINE_1", "HEADLINE_2", "HEADLINE_3")),
    "descriptions": (2, 4, 90, ("DESCRIPTION_1", "DESCRIPTION_2")),
}
GIMMICKS = re.compile(r"[!?¡¿]{2,}|([*~#])\1{2,}")
TOPIC = "PUNCTUATION_AND_SYMBOLS"


def check(step: "Step", resource: Resource, before: Pb) -> Iterator[AdsError]:
    message = resource.message
    yield from _not_too_many(step, resource)
    if before is not None:
        return
    if not message.HasField("ad"):
        yield required("ad")
        return
    rsa = message.ad.responsive_search_ad
    if message.ad.WhichOneof("ad_data") is None:
        yield required("responsive_search_ad", "ad")
        return
    yield from (error.under("ad") for error in _links(message.ad))
    inner = [error for name in TEXTS for error in _texts(rsa, name)]
    yield from (error.under("ad", "responsive_search_ad") for error in [*inner, *_paths(rsa)])
    fault = step.fault
    if fault is not None and fault.kind == "policy_finding":
        yield policy_finding(fault.details["topic"], fault.details["type"], "").under("ad")


def width(text: str) -> int:
    """Characters as Google counts them: the wide ones of East Asia are two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _texts(rsa: Pb, name: str) -> Iterator[AdsError]:
    fewest, most, widest, pins = TEXTS[name]
    texts = list(getattr(rsa, name))
    if not fewest <= len(texts) <= most:
        which = "TOO_FEW" if len(texts) < fewest else "TOO_MANY"
        yield AdsError("collection_size_error", which, f"There must be {fewest} to {most} {name}.", (name,))
    seen = set()
    for index, one in enumerate(texts):
        place = ((name, index),)
        yield from (error.under(*place) for error in _text(one.text, widest, "text"))
        if one.text and one.text in seen:
            said = "The same text is given twice."
            yield AdsError("asset_error", "DUPLICATE_ASSET", said, (*place, "text"), one.text)
        seen.add(one.text)
        if one.pinned_field and enum_name(one, "pinned_field") not in pins:
            said = f"It can be pinned to {', '.join(pins)}."
            yield AdsError("enum_error", "ENUM_VALUE_NOT_PERMITTED", said, (*place, "pinned_field"))


def _text(text: str, widest: int, name: str) -> Iterator[AdsError]:
    if not text.strip():
        yield required(name)
    elif len(text) > widest:
        yield AdsError("string_length_error", "TOO_LONG", "Too long.", (name,), text)
    elif width(text) > widest:
        yield AdsError("ad_error", "LINE_TOO_WIDE", "The text is too wide.", (name,), text)
    if any(character in text for character in "\0\n\r"):
        yield AdsError("string_format_error", "ILLEGAL_CHARS", "Illegal characters.", (name,), text)
    found = GIMMICKS.search(text)
    if found:
        yield policy_finding(TOPIC, "PROHIBITED", found[0]).under(name)


def policy_finding(topic: str, entry_type: str, text: str) -> AdsError:
    details = DETAILS()
    entry = details.policy_finding_details.policy_topic_entries.add(topic=topic)
    set_enum(entry, "type_", entry_type)
    if text:
        entry.evidences.add().text_list.texts.append(text)
    said = "The resource has been disapproved by policy; see the details."
    return AdsError("policy_finding_error", "POLICY_FINDING", said, (), text or None, details)


def _paths(rsa: Pb) -> Iterator[AdsError]:
    for name in ("path1", "path2"):
        if rsa.HasField(name):
            yield from _text(getattr(rsa, name), LONGEST_PATH, name)
    if rsa.path2 and not rsa.path1:
        said = "path2 needs path1."
        yield AdsError("ad_error", "CANNOT_SET_PATH2_WITHOUT_PATH1", said, ("path2",))


def _links(ad: Pb) -> Iterator[AdsError]:
    if not ad.final_urls:
        yield required("final_urls")
    for index, url in enumerate(ad.final_urls):
        address = urlsplit(url)
        name = None
        if not address.scheme:
            name = "MISSING_PROTOCOL_IN_FINAL_URL"
        elif address.scheme not in ("http", "https"):
            name = "INVALID_PROTOCOL_IN_FINAL_URL"
        elif not address.hostname:
            name = "MISSING_HOST_IN_FINAL_URL"
        elif " " in url:
            name = "MALFORMED_FINAL_URL"
        place = (("final_urls", index),)
        if name:
            yield AdsError("url_field_error", name, "The final URL is not usable.", place, url)
        elif len(url) > LONGEST_URL:
            yield AdsError("string_length_error", "TOO_LONG", "Too long.", place, url)


def _not_too_many(step: "Step", resource: Resource) -> Iterator[AdsError]:
    if resource.status != "ENABLED":
        return
    siblings = step.draft.matching(child_of(AD_GROUP_AD, resource.message.ad_group))
    others = [other for other in siblings if other.name != resource.name and other.status == "ENABLED"]
    if len(others) < MOST_ENABLED:
        return
    details = DETAILS()
    told = details.resource_count_details
    told.enclosing_resource = resource.message.ad_group
    told.enclosing_id = resource.message.ad_group.rpartition("/")[2]
    told.limit, told.existing_count = MOST_ENABLED, len(others)
    said = f"An ad group has at most {MOST_ENABLED} enabled responsive search ads."
    yield AdsError("resource_count_limit_exceeded_error", "RESOURCE_LIMIT", said, ("status",), None, details)
