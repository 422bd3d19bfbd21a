"""The tables a run leaves behind, such as its receipt, in people's words."""

from __future__ import annotations

from operator import methodcaller

import streamlit as st

from dashboard import application_words, figures, naming
from dashboard.runs import Shown
from dashboard.tables import Column, table
from dashboard.words import mark, plain, say

TITLES = {
    "import-receipt": mark("Receipt of the file"),
    "import-quarantine": mark("Rows that were set aside"),
    "applications-attributed": mark("Whose applications these are"),
    "plan": mark("What the plan would publish"),
    "publications": mark("Where each publication stands"),
    "report-totals": mark("The report's totals"),
    "metrics-slices": mark("Each window that was read"),
}
FIELDS = {
    "publication_id": mark("Publication"),
    "posting_id": mark("Posting"),
    "currency": mark("Currency"),
    "worst_case": mark("Costs at most"),
    "worst_day": mark("At most in a day"),
    "findings": mark("What speaks against it"),
    "platform": mark("Platform"),
    "state": mark("State"),
    "detail": mark("Detail"),
    "external_ids": mark("Numbers there"),
    "busy": mark("Busy"),
    "slice_id": mark("Receipt"),
    "receipt_id": mark("Receipt"),
    "account_id": mark("Account"),
    "since": mark("First day"),
    "until": mark("Last day"),
    "read": mark("Read"),
    "stored": mark("Stored"),
    "changed": mark("Changed"),
    "deleted": mark("Removed"),
    "complete": mark("Complete"),
    "reason": mark("Reason"),
    "created": mark("New"),
    "updated": mark("Updated"),
    "unchanged": mark("Unchanged"),
    "merged": mark("Merged"),
    "quarantined": mark("Set aside"),
    "closed": mark("Ended"),
    "line": mark("Line"),
    "attributed": mark("Brought by an ad"),
    **application_words.REASONS,
}


def show_table(left: Shown) -> None:
    """Every column that any row has; a name nobody translated yet stays as the run wrote it."""
    names = list(dict.fromkeys(name for row in left.rows for name in row))
    if not names:
        return
    st.markdown(f"**{say(TITLES[left.key]) if left.key in TITLES else plain(left.about)}**")
    table(
        [{name: _written(name, row.get(name)) for name in names} for row in left.rows],
        [Column(_label(name, names), methodcaller("get", name)) for name in names],
        key=f"left-{left.key}",
    )


def _label(name: str, names: list[str]) -> str:
    label = say(FIELDS[name]) if name in FIELDS else name.replace("_", " ").capitalize()
    twice = sum(other in FIELDS and FIELDS[other] == FIELDS.get(name) for other in names) > 1
    return f"{label} ({name})" if twice else label


def _written(name: str, value: object) -> str | None:
    match value:
        case None | "":
            return None
        case bool():
            return say("Yes") if value else say("No")
        case dict():
            return ", ".join(f"{naming.object_kind(kind)} {number}" for kind, number in value.items())
        case int() | float():
            return str(value) if name.endswith("_id") else figures.number(value)
    words = {"platform": naming.platform, "state": naming.state}.get(name, str)
    return words(str(value))
