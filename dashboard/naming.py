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
    "stopped": mark("All stopped"),
    "capped": mark("Cap reached"),
    "near": mark("Cap nearly reached"),
    "orphan": mark("Belongs to nothing"),
    "incomplete": mark("Incomplete data"),
    "stale": mark("Old data"),
    "gap": mark("Days missing"),
    "volume": mark("Unusually little"),
    "unknown": mark("Unknown answer"),
    "silent": mark("Does not run"),
    "broken": mark("Fails each time"),
    "unreachable": mark("No answer"),
    "token": mark("Credential runs out"),
    "feed": mark("Feed missing"),
    "shrunk": mark("Half a feed"),
    "database": mark("Database down"),
    "schema": mark("Database of another version"),
    "server": mark("Prefect down"),
    "zombie": mark("Run without a process"),
    "stuck": mark("Run stuck"),
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
    "stopped": mark("The kill switch is thrown: nothing runs until somebody releases it."),
    "capped": mark("What may be spent is spent. The campaign is paused until somebody resumes it."),
    "near": mark("Most of what may be spent in this month is spent. At the cap, campaigns pause."),
    "orphan": mark("An object on the platform that no campaign owns. It is paused and will be archived."),
    "incomplete": mark("The last reading did not add up, so the numbers before it stand."),
    "stale": mark("The numbers have not been read for more than a day and a half."),
    "gap": mark("Days that should have been read and were not. Each sync reads some of them."),
    "volume": mark("The newest day has far fewer impressions than the same weekday of the weeks before."),
    "unknown": mark("The replies hold what nobody asked for. It is set aside, and the numbers came in."),
    "broken": mark("Scheduled work failed at its last runs; the runs and their logs say why."),
    "silent": mark("Scheduled work has not been done for too long: the scheduler or its worker is down."),
    "unreachable": mark("The platform has not answered in three runs in a row."),
    "token": mark("The platform's access runs out soon. Renew it before that day."),
    "feed": mark("A full feed of postings has not come for twice its usual time."),
    "shrunk": mark("The last full feed held at most half of the postings it usually has."),
    "database": mark("The watch found no database that answers."),
    "schema": mark("The watch found a database of another version: `adflux up` brings it up to date."),
    "server": mark("The watch found no Prefect that answers: nothing is started until `adflux up` runs."),
    "zombie": mark("Its process is gone, and Prefect still says that it runs."),
    "stuck": mark("It has not begun, or not ended, for far too long: see Start and follow."),
}
COLOURS = {
    **dict.fromkeys(
        (
            *("differs", "failed", "disapproved", "capped", "orphan", "silent", "stopped", "unreachable"),
            "broken",
            *("database", "schema", "server", "zombie", "stuck"),
        ),
        "red",
    ),
    **dict.fromkeys(
        (
            "near",
            "doubtful",
            "drifted",
            "incomplete",
            "stale",
            "gap",
            "volume",
            "unknown",
            "token",
            "feed",
            "shrunk",
        ),
        "orange",
    ),
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
ROLES = {
    "viewer": mark("Viewer"),
    "analyst": mark("Analyst"),
    "approver": mark("Approver"),
    "admin": mark("Administrator"),
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
    "refuse": mark("Refused the plan"),
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
    "posting closed": mark("Ended with its posting"),
    "posting expired": mark("Ended with its posting"),
    "is planned": mark("Found: not on the platform yet"),
    "is doubtful": mark("Found: in doubt"),
    "is paused": mark("Found: paused"),
    "is active": mark("Found: running"),
    "is closed": mark("Found: closed"),
    "is differs": mark("Found: not as approved"),
    "is drifted": mark("Found: changed outside"),
    "is failed": mark("Found: refused"),
}

CHANGES = {
    "restated": mark("Restated by the platform"),
    "late_row": mark("Came late from the platform"),
    "vanished": mark("Withdrawn by the platform"),
    "gap_healed": mark("Missing days that were read since"),
    "new_day": mark("New days"),
    "left_window": mark("Days that left the period"),
}
WRITERS = {
    "gemini/1": mark("Written by the model"),
    **dict.fromkeys(("template/1", "search/1"), mark("Written by template")),
    "person": mark("Written by a person"),
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


def writer(source: str) -> str:
    """Who wrote the words of an ad."""
    return say(WRITERS[source]) if source in WRITERS else source


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
    return said(OBJECTS, code)


def object_state(code: str) -> str:
    return said(OBJECT_STATES, code)


def deed(code: str) -> str:
    return said(DEEDS, code)


def role(code: str) -> str:
    return said(ROLES, code)


def change(why: str) -> str:
    return said(CHANGES, why)


def employment(code: str | None) -> str:
    return said(EMPLOYMENT, code) if code else ""


def said(words: Mapping[str, str], code: str) -> str:
    """The word for `code`; a code nobody has named yet is at least made readable."""
    return say(words[code]) if code in words else code.replace("-", " ").replace("_", " ").capitalize()
