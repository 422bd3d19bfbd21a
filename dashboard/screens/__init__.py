"""The pages: one a file, and the list of them."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.words import mark


@dataclass(frozen=True)
class Screen:
    """A page: its file here, its address and section, and what opening it is in `access.NEEDS`."""

    file: str
    title: str
    address: str
    section: str
    deed: str = "look"


SCREENS = (
    Screen("overview", mark("Overview"), "overview", mark("Today")),
    Screen("postings", mark("Postings"), "postings", mark("Advertising")),
    Screen("creatives", mark("Ads"), "ads", mark("Advertising")),
    Screen("new_campaign", mark("New campaign"), "new-campaign", mark("Advertising"), "look at new campaign"),
    Screen("campaigns", mark("Campaigns"), "campaigns", mark("Advertising")),
    Screen("applications", mark("Applications"), "applications", mark("Advertising")),
    Screen("approvals", mark("Approvals"), "approvals", mark("Advertising"), "look at approvals"),
    Screen("data_health", mark("Data health"), "health", mark("Numbers")),
    Screen("reports", mark("Reports"), "reports", mark("Numbers")),
    Screen("honesty", mark("Honesty"), "honesty", mark("Numbers")),
    Screen("segments", mark("Segments"), "segments", mark("Candidates")),
    Screen("start_and_follow", mark("Start and follow"), "runs", mark("Work"), "look at runs"),
    Screen("settings", mark("Settings"), "settings", mark("Work"), "look at settings"),
    Screen("people", mark("People"), "people", mark("Work"), "look at people"),
)
