"""The words for what the database and the platforms call by code: states, platforms, deeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.words import mark, say

PLATFORMS = {"meta": "Meta", "google_ads": "Google Ads"}

STATES = {
    "planned": mark("Planned"),
    "doubtful": mark("In doubt"),
    "paused": mark("Paused"),
    "active": mark("Active"),
    "closed": mark("Closed"),
    "differs": mark("Differs"),
    "drifted": mark("Changed outside"),
    "failed": mark("Failed"),
    "disapproved": mark("Disapproved"),
    "capped": mark("Cap reached"),
    "orphan": mark("Belongs to nothing"),
    "incomplete": mark("Incomplete data"),
    "stale": mark("Old data"),
    "gap": mark("Days missing"),
    "volume": mark("Unusually little"),
}
MEANINGS = {
    "planned": mark("Ordered, and not yet on the platform."),
    "doubtful": mark("A request got no answer. It is being looked for; nothing is sent twice."),
    "paused": mark("On the platform, and not running."),
    "active": mark("On the platform, and running."),
    "closed": mark("Ended for good."),
    "differs": mark("The platform holds something other than what was approved. It stays paused."),
    "drifted": mark("Somebody changed it on the platform's own screen. It is shown, not fought."),
    "failed": mark("The platform refused it. The reason is in the detail."),
    "disapproved": mark("The platform's review stopped this ad."),
    "capped": mark("What may be spent is spent. The campaign is paused until somebody resumes it."),
    "orphan": mark("An object on the platform that no campaign owns. It is paused and will be archived."),
    "incomplete": mark("The last reading did not add up, so the numbers before it stand."),
    "stale": mark("The numbers have not been read for more than a day and a half."),
    "gap": mark("Days that should have been read and were not. Each sync reads some of them."),
    "volume": mark("The newest day has far fewer impressions than the two weeks before it."),
}
COLOURS = {
    **dict.fromkeys(("differs", "failed", "disapproved", "capped", "orphan"), "red"),
    **dict.fromkeys(("doubtful", "drifted", "incomplete", "stale", "gap", "volume"), "orange"),
    "active": "green",
    "planned": "blue",
}
OBJECTS = {
    "budget": mark("Budget"),
    "campaign": mark("Campaign"),
    "ad_group": mark("Ad group"),
    "creative": mark("Creative"),
    "ad": mark("Ad"),
    "image": mark("Picture"),
}
OBJECT_STATES = {
    "PLANNED": mark("To be created"),
    "ATTEMPTED": mark("Asked for"),
    "BOUND": mark("Created"),
    "VERIFIED": mark("Checked"),
    "ACTIVE": mark("Switched on"),
    "GONE": mark("Gone"),
}
DEEDS = {
    "plan": mark("Planned the campaign"),
    "approve": mark("Approved the plan"),
    "approve creative": mark("Approved the words"),
    "withdraw creative": mark("Withdrew the words"),
    "publish": mark("Ordered the publication"),
    "create": mark("Asked the platform to create"),
    "created": mark("Created on the platform"),
    "adopted": mark("Found on the platform and adopted"),
    "refused": mark("Refused by the platform"),
    "verified": mark("Checked against the plan"),
    "active": mark("Switched on"),
    "gone": mark("Gone from the platform"),
    "reserve": mark("Reserved the money"),
    "change budget": mark("Ordered another budget"),
    "send budget": mark("Asked the platform to change the budget"),
    "budget changed": mark("The budget is changed"),
    "cap reached": mark("A cap was reached"),
    "stop-all": mark("Stopped with everything else"),
    "desire active": mark("Asked to run"),
    "desire paused": mark("Asked to pause"),
    "desire closed": mark("Asked to close"),
}

WORK = {
    "import-postings": mark("Import postings"),
    "generate-creatives": mark("Write ads"),
    "publish-campaign": mark("Publish a plan"),
    "converge-campaigns": mark("Repair campaigns"),
    "simulate-data": mark("Simulate data"),
    "sync-metrics": mark("Read the numbers"),
}
WORK_MEANINGS = {
    "import-postings": mark("Reads a file of job postings. Every row ends up in the receipt."),
    "generate-creatives": mark(
        "Writes ads for postings; people approve them. Only what the posting says is kept."
    ),
    "publish-campaign": mark("Publishes an approved plan. Running it twice publishes nothing twice."),
    "converge-campaigns": mark(
        "Brings every campaign to what is wanted, and puts away what belongs to none. Safe at any time."
    ),
    "simulate-data": mark("Makes postings and candidates for trying things. Each says that it is simulated."),
    "sync-metrics": mark(
        "Reads each account's daily numbers from its platform; without dates, the last 30 whole days."
    ),
}
OCCASIONS = {
    "on-demand": mark("on demand"),
    "nightly": mark("every night"),
    "weekly": mark("every week"),
    "every-10-minutes": mark("every 10 minutes"),
}
EMPLOYMENT = {
    "full_time": mark("Full time"),
    "part_time": mark("Part time"),
    "contract": mark("Contract"),
    "temporary": mark("Temporary"),
    "internship": mark("Internship"),
    "volunteer": mark("Volunteer"),
    "per_diem": mark("Paid by the day"),
}


def platforms(codes: Sequence[str]) -> str:
    """Several of them, for one cell; empty for none."""
    return ", ".join(platform(code) for code in codes)


def platform(code: str) -> str:
    return PLATFORMS.get(code, code.replace("_", " ").title())


def state(code: str) -> str:
    return say(STATES[code]) if code in STATES else code


def meaning(code: str) -> str:
    return say(MEANINGS[code]) if code in MEANINGS else ""


def badge(code: str) -> str:
    """The state as Markdown, coloured by how urgent it is; the word says it, too."""
    return f":{COLOURS.get(code, 'gray')}-badge[{state(code)}]"


def object_kind(code: str) -> str:
    return _said(OBJECTS, code)


def object_state(code: str) -> str:
    return _said(OBJECT_STATES, code)


def deed(code: str) -> str:
    return _said(DEEDS, code)


def work(flow: str) -> str:
    return _said(WORK, flow)


def work_meaning(flow: str, otherwise: str) -> str:
    return say(WORK_MEANINGS[flow]) if flow in WORK_MEANINGS else otherwise


def occasion(code: str) -> str:
    return _said(OCCASIONS, code)


def employment(code: str | None) -> str:
    return _said(EMPLOYMENT, code) if code else ""


def _said(words: Mapping[str, str], code: str) -> str:
    """The word for `code`; a code nobody has named yet is at least made readable."""
    return say(words[code]) if code in words else code.replace("-", " ").replace("_", " ").capitalize()
