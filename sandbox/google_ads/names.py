"""Names: what they may contain, and that no two are alike."""

from collections.abc import Iterator

from sandbox.google_ads.draft import Draft
from sandbox.google_ads.errors import AdsError, required
from sandbox.google_ads.index import likeness
from sandbox.google_ads.kinds import Pb
from sandbox.google_ads.state import Resource

LONGEST = 255  # bytes; of campaigns and ad groups it is chosen
FORBIDDEN = "\0\n\r"


def check_name(message: Pb, category: str, invalid: str) -> Iterator[AdsError]:
    name = message.name
    if not name.strip():
        yield required("name")
    elif any(character in name for character in FORBIDDEN):
        said = "The name contains a null, line feed or carriage return."
        yield AdsError(category, invalid, said, ("name",), name)
    elif len(name.strip().encode()) > LONGEST:
        yield AdsError("string_length_error", "TOO_LONG", "Too long.", ("name",), name)


def is_taken(resource: Resource, draft: Draft) -> bool:
    """Is there another one like it?"""
    key = likeness(resource)
    return key is not None and any(other.name != resource.name for other in draft.matching(key))
