"""What segments do to people whom the law protects: as features tell, as segments leave out, as ads reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from adflux_core.reports import AimRow, FairnessRow, SegmentRow, ShownToRow
from dashboard import figures, segment_words
from dashboard.segment_map import name
from dashboard.sheet import part
from dashboard.tables import Column, table
from dashboard.words import language, plain, say


def show_report(report: FairnessRow, rows: Sequence[SegmentRow]) -> None:
    """The proxies among the features, and four fifths by segment and group."""
    st.subheader(say("Fairness"), anchor=False)
    st.caption(
        say(
            "Report {number} on version {version}. Plans that carry it: {plans}. Without one there is no "
            "plan for a segment.",
            number=str(report.id),
            version=str(report.version_id),
            plans=figures.number(report.plans),
        )
    )
    if report.proxies:
        table(
            report.proxies,
            [
                Column(say("Trait"), lambda one: segment_words.feature(one["feature"]), width=200),
                Column(say("Tells"), _group, width=200),
                Column(
                    say("Area under the curve"),
                    lambda one: one["auc"],
                    figures.number,
                    about=say("How well the trait alone tells the group: 0.5 is chance, 1 is always."),
                ),
                Column(say("Verdict"), lambda one: segment_words.verdict(one["verdict"])),
            ],
            key=f"proxies-{report.id}",
        )
    else:
        st.caption(say("No trait tells a protected group better than it should."))
    named = {row.cluster: name(row) for row in rows}
    if report.four_fifths:
        table(
            sorted(report.four_fifths, key=_worst_first),
            [
                Column(say("Segment"), lambda one: named.get(one["cluster"]), width=280),
                Column(say("Group"), _group, width=160),
                Column(say("People of the group"), lambda one: one["people"], figures.number),
                Column(
                    say("Ratio"),
                    lambda one: one["ratio"],
                    figures.number,
                    about=say(
                        "How often they are in the segment, beside the group that is there most often. "
                        "Below four fifths somebody is left out."
                    ),
                ),
                Column(say("95 % interval"), _interval),
                Column(say("Fisher's p"), lambda one: one["p"], figures.number),
                Column(say("Verdict"), lambda one: segment_words.verdict(one["verdict"])),
            ],
            key=f"four-fifths-{report.id}",
        )
    else:
        st.caption(say("No protected attribute is known of these candidates, so nothing can be said."))


def show_aim(aim: AimRow, *, searches: Sequence[str], cities: Sequence[str]) -> None:
    """What the segment changed in a campaign. `searches` and `cities` are those of its plan."""
    segment = aim.name_en if language() == "en" else aim.name_es
    st.markdown(f"**{say('What the segment changed')}**")
    known = aim.aim.get("keywords") or {}
    added = [one for one in searches if any(one in words for words in known.values())]
    lines = [say("For {segment}, version {version}.", segment=plain(segment), version=str(aim.version_id))]
    if aim.newest_version_id != aim.version_id:
        lines.append(say("The segment has a newer version; this campaign stays with its own."))
    lines.append(
        say("Searches added: {searches}", searches=plain(" · ".join(added)))
        if added
        else say("No searches added.")
    )
    lines.append(
        say("Shown in {cities} instead of the whole country.", cities=plain(", ".join(cities)))
        if cities
        else say("Shown in the whole country.")
    )
    lines.append(say("Fairness report {number}.", number=str(aim.fairness_report_id)))
    lines += [say("Left out: {group}", group=plain(one)) for one in aim.aim.get("adverse", ())]
    st.markdown("\n".join(f"- {line}" for line in lines))


@part
def offer_shown_to(rows: Sequence[ShownToRow], currency: str) -> None:
    """To whom the platform showed a campaign's ads, once somebody asks."""
    if not rows:
        return
    asked = st.expander(say("To whom the platform showed it"), on_change="rerun", key="shown-to")
    if not asked.open:
        return
    everything = sum(row.impressions for row in rows)
    with asked:
        st.caption(say("Read to see whom delivery leaves out. No campaign is ever aimed at an age or a sex."))
        table(
            rows,
            [
                Column(say("Age"), lambda row: row.age),
                Column(say("Sex"), lambda row: segment_words.sex(row.gender)),
                Column(say("Impressions"), lambda row: row.impressions, figures.number),
                Column(say("Share"), lambda row: row.impressions / max(everything, 1), bar=True, width=140),
                Column(say("Clicks"), lambda row: row.clicks, figures.number),
                Column(say("Spend"), lambda row: row.spend, lambda value: figures.money(value, currency)),
            ],
            key="delivery",
        )


def _group(one: dict[str, Any]) -> str:
    return f"{segment_words.attribute(one['attribute'])}: {segment_words.group(one['group'])}"


def _interval(one: dict[str, Any]) -> str | None:
    if one["low"] is None:
        return None
    return f"{figures.number(one['low'])} – {figures.number(one['high'])}"


def _worst_first(one: dict[str, Any]) -> tuple[bool, float]:
    return one["ratio"] is None, one["ratio"] or 0.0
