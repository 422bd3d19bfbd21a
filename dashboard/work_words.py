"""The words for what can be started: each flow, what it does, and its occasions."""

from __future__ import annotations

from dashboard.naming import said
from dashboard.words import mark, say

WORK = {
    "import-postings": mark("Import postings"),
    "import-candidates": mark("Import candidates"),
    "import-applications": mark("Import applications"),
    "plan-campaign": mark("Plan campaigns"),
    "publish-campaign": mark("Publish a plan"),
    "converge-campaigns": mark("Repair campaigns"),
    "report-metrics": mark("Make a report"),
    "segment-candidates": mark("Find segments"),
    "sync-audiences": mark("Bring audiences up to date"),
    "generate-creatives": mark("Write ads"),
    "simulate-data": mark("Simulate data"),
    "sync-metrics": mark("Read the numbers"),
    "nightly": mark("The night's work"),
    "examine-installation": mark("Examine the installation"),
    "watch": mark("Watch"),
    "drop-expired": mark("Drop what is expired"),
}
WORK_MEANINGS = {
    "import-postings": mark("Reads a file of job postings. Every row ends up in the receipt."),
    "import-candidates": mark(
        "Reads a file of candidates, merges who is the same person, and puts protected attributes apart."
    ),
    "import-applications": mark(
        "Reads what an applicant tracking system says became of applications. No name and no address is kept."
    ),
    "generate-creatives": mark(
        "Writes ads for postings; people approve them. Only what the posting says is kept."
    ),
    "plan-campaign": mark(
        "Plans a campaign for each posting. Nothing is published before somebody approves the plan."
    ),
    "publish-campaign": mark("Publishes an approved plan. Running it twice publishes nothing twice."),
    "converge-campaigns": mark(
        "Brings every campaign to what is wanted, and puts away what belongs to none. Safe at any time."
    ),
    "report-metrics": mark(
        "Makes a report as CSV, XLSX and HTML and keeps it, with what changed since the last one and why."
    ),
    "segment-candidates": mark(
        "Finds groups among the candidates, keeps the names of those there were, or says there are none."
    ),
    "sync-audiences": mark(
        "Takes out of every audience who no longer agrees or was erased, and puts in who came. "
        "Hashes alone are sent."
    ),
    "simulate-data": mark("Makes postings and candidates for trying things. Each says that it is simulated."),
    "sync-metrics": mark(
        "Reads each account's daily numbers from its platform; without dates, the last 30 whole days."
    ),
    "nightly": mark(
        "Reads each account once its night is over, then finds the segments anew; on old numbers, nothing."
    ),
    "examine-installation": mark(
        "Examines the database, the clock, Prefect, the numbers and each platform, and says how to mend what "
        "is ill."
    ),
    "drop-expired": mark(
        "Erases candidates who may no longer be kept, and drops platforms' replies that are of no more use."
    ),
}
OCCASIONS = {
    "on-demand": mark("on demand"),
    "every-hour": mark("every hour"),
    "weekly": mark("every week"),
    "monthly": mark("every month"),
    "every-10-minutes": mark("every 10 minutes"),
}


def name(flow: str) -> str:
    return said(WORK, flow)


def meaning(flow: str, otherwise: str) -> str:
    return say(WORK_MEANINGS[flow]) if flow in WORK_MEANINGS else otherwise


def occasion(code: str) -> str:
    return said(OCCASIONS, code)
