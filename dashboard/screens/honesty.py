"""Honesty: what really happened in the pretended world, beside what we hold of it, day by day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

import streamlit as st

from adflux_core import reports
from adflux_core.settings import settings
from dashboard import application_words, figures, naming
from dashboard.reads import ask
from dashboard.sheet import explain, sheet
from dashboard.tables import Column, table
from dashboard.truth import Applied, Sums, TruthUnavailableError, true_applications, truth_by_day
from dashboard.words import say

STEPS = ("started", "submitted", "qualified", "interview", "hired")


@dataclass(frozen=True)
class Compared:
    """One platform on one day: the world's number and ours. Ours are None where the day was not read."""

    platform: str
    day: date
    true: tuple[int, int, Decimal]
    ours: tuple[int, int, Decimal] | None

    @property
    def equal(self) -> bool:
        return self.ours == self.true


def show_honesty() -> None:
    with sheet(say("Honesty"), say("What really happened in this simulated world, beside our numbers.")):
        address, known = settings().adflux_truth_url, ask(reports.days_known)
        if address is None:
            st.info(say("No pretended world runs here: real platforms have nobody to ask for the truth."))
            return
        if known.first is None or known.last is None:
            st.info(say("No numbers were read yet, so there is nothing to compare."))
            return
        try:
            true = truth_by_day(address, known.first, known.last)
            applied = true_applications(address)
        except TruthUnavailableError as error:
            explain(error, say("The pretended world does not answer."))
            return
        show_comparison(compare(true, known.first, known.last))
        show_applications(applied)


def compare(true: Sums, since: date, until: date) -> list[Compared]:
    """Every day that either side knows of, newest first."""
    ours: dict[tuple[str, date], tuple[int, int, Decimal]] = {}
    unread: set[tuple[str, date]] = set()
    for day in ask(reports.daily_by_platform, since, until):
        key = (day.platform, day.date_day)
        if day.impressions is None or day.clicks is None or day.spend is None:
            unread.add(key)
            continue
        held = ours.get(key, (0, 0, Decimal(0)))
        ours[key] = (held[0] + day.impressions, held[1] + day.clicks, held[2] + day.spend)
    keys = sorted(true.keys() | ours.keys() | unread, key=lambda key: (-key[1].toordinal(), key[0]))
    nothing = (0, 0, Decimal(0))
    return [Compared(*key, true.get(key, nothing), None if key in unread else ours.get(key)) for key in keys]


def show_comparison(compared: list[Compared]) -> None:
    differing = [one for one in compared if not one.equal]
    if differing:
        st.error(
            say(
                "{different} of {all} platform days differ. "
                "Days the world restated since the last reading do.",
                different=figures.number(len(differing)),
                all=figures.number(len(compared)),
            )
        )
    else:
        st.success(say("All {all} platform days are equal.", all=figures.number(len(compared))))
    columns = [
        Column(say("Day"), lambda row: row.day, figures.day, width=110),
        Column(say("Platform"), lambda row: naming.platform(row.platform)),
        Column(say("Equal"), lambda row: say("Yes") if row.equal else say("No"), width=70),
    ]
    for place, label in enumerate((say("Impressions"), say("Clicks"), say("Spend"))):
        columns += [
            Column(say("{measure}: true", measure=label), true_of(place), figures.number),
            Column(say("{measure}: ours", measure=label), our_of(place), figures.number),
        ]
    table(compared, columns, key="honesty")
    st.caption(
        say("The truth is asked of the sandbox at this moment; ours is what the last readings stored.")
    )


def show_applications(true: Sequence[Applied]) -> None:
    """How many each ad truly brought, and how many of them we hold as its own."""
    st.subheader(say("Applications"), anchor=False)
    known = ask(reports.applications_known)
    if not known.files:
        st.info(say("No file of applications was imported yet, so there is nothing to compare."))
        return
    # Google's own name of an ad is "group~ad"; the world names the ad.
    ours = {(one.platform, one.ad_id.rpartition("~")[2]): one for one in ask(reports.ad_applications)}
    truth = {(one.platform, one.ad_id): one for one in true}
    rows = [(key, truth.get(key), ours.get(key)) for key in sorted(truth.keys() | ours.keys())]
    counts = {key: tuple(counted(one, name) for one in both for name in STEPS) for key, *both in rows}
    differing = [key for key, both in counts.items() if both[: len(STEPS)] != both[len(STEPS) :]]
    nobodys = sum(one.lost + one.elsewhere for one in true)
    held = sum(
        one.applications
        for one in ask(reports.application_funnel)
        if one.reason in {"missing", "foreign"} and one.step == "started"
    )
    if differing or nobodys != held:
        st.error(
            say(
                "{different} of {all} ads differ. Whoever applied since the last file is not in it.",
                different=figures.number(len(differing)),
                all=figures.number(len(rows)),
            )
        )
    else:
        st.success(say("All {all} ads are equal, step by step.", all=figures.number(len(rows))))
    columns = [
        Column(say("Platform"), lambda row: naming.platform(row[0][0])),
        Column(say("Ad"), lambda row: row[0][1], width=170),
        Column(say("Equal"), lambda row: say("No") if row[0] in differing else say("Yes"), width=70),
    ]
    for step in STEPS:
        columns += [
            Column(
                say("{measure}: true", measure=application_words.step(step)),
                partial(at, 1, step),
                figures.number,
            ),
            Column(
                say("{measure}: ours", measure=application_words.step(step)),
                partial(at, 2, step),
                figures.number,
            ),
        ]
    table(rows, columns, key="honesty-applications")
    st.caption(
        say(
            "Of {lost} more the page was lost or another site's; we hold {held} that lead to no ad.",
            lost=figures.number(nobodys),
            held=figures.number(held),
        )
    )


def at(place: int, step: str, row: tuple[object, ...]) -> int:
    return counted(row[place], step)


def counted(one: object, step: str) -> int:
    number: int = getattr(one, step, 0)
    return number


def true_of(place: int) -> Callable[[Compared], Decimal | int]:
    return lambda row: row.true[place]


def our_of(place: int) -> Callable[[Compared], Decimal | int | None]:
    return lambda row: None if row.ours is None else row.ours[place]


show_honesty()
