"""The words for what becomes of an application, and for why one counts for no ad."""

from __future__ import annotations

from dashboard import naming
from dashboard.words import mark

STEPS = {
    "started": mark("Started"),
    "submitted": mark("Submitted"),
    "qualified": mark("Qualified"),
    "interview": mark("Interview"),
    "hired": mark("Hired"),
}
# Why an application counts for no ad.
REASONS = {
    "missing": mark("No click id"),
    "foreign": mark("Of another origin"),
    "invalid": mark("Not our signature"),
    "unknown": mark("Unknown here"),
    "before": mark("Before the click"),
    "outside": mark("Outside the window"),
}
REASON_MEANINGS = {
    "missing": mark("Your system kept no click id: it was lost on the way, or no ad was involved."),
    "foreign": mark("What your system kept is somebody else's: another site, or a campaign made by hand."),
    "invalid": mark("It looks like a click id of ours and is not signed by us: cut, mistyped or made up."),
    "unknown": mark("Signed by us, and no ad here has it: it belongs to another database."),
    "before": mark("It came before the click, or before the campaign began."),
    "outside": mark("It came more than 30 days after the click, or after the campaign's last day."),
}


def reason(code: str) -> str:
    return naming.said(REASONS, code)


def reason_meaning(code: str) -> str:
    return naming.said(REASON_MEANINGS, code)


def step(code: str) -> str:
    return naming.said(STEPS, code)
