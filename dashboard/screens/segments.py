"""Segments: who the candidates are in groups, what sets each apart, how they changed, and their names."""

from __future__ import annotations

import streamlit as st

from adflux_core import reports
from adflux_core.errors import InputError, NotAllowedError, RefusedError
from adflux_core.reports import SegmentRow, SegmentVersionRow
from dashboard import deeds, figures, segment_fairness, segment_history, segment_map, segment_words, session
from dashboard.deeds import LONGEST_DESCRIPTION, LONGEST_NAME
from dashboard.reads import ask
from dashboard.session import SessionEndedError
from dashboard.sheet import explain, part, sheet
from dashboard.tables import Column, table
from dashboard.words import language, plain, say


def show_segments() -> None:
    with sheet(
        say("Segments"), say("Groups of candidates that keep who they are from one night to the next.")
    ):
        versions = ask(reports.segment_versions)
        rows = ask(reports.segments)
        if not versions:
            st.info(say("No segments yet. Import candidates and start Find segments under Start and follow."))
            return
        if versions[0].state == "refused":
            st.info(say("The newest training found no segments, so the ones before it stand."))
            st.caption(segment_words.choice(versions[0].why))
        fitted = next((one for one in versions if one.state == "fitted"), None)
        if fitted is None:
            st.info(say("There are no segments among these candidates: groups would be invented."))
        else:
            show_version(fitted, rows)
            show_matches()
            report = ask(reports.fairness_report)
            if report is not None:
                segment_fairness.show_report(report, rows)
        segment_history.show_history(versions, ask(reports.segment_events))


def show_version(version: SegmentVersionRow, rows: list[SegmentRow]) -> None:
    tiles = st.columns(4)
    tiles[0].metric(say("Segments"), figures.number(version.k))
    tiles[1].metric(say("Candidates"), figures.number(version.candidates))
    tiles[2].metric(
        say("Stability"),
        figures.percent(segment_history.stability_of(version)),
        help=say("How alike trainings on different halves of the candidates turn out."),
    )
    tiles[3].metric(
        say("Kept their segment"),
        figures.percent(version.kept_identity),
        help=say("Of the candidates in this version and the one before. A dash in the first."),
    )
    st.vega_lite_chart(segment_map.draw(version, rows), width="stretch")
    st.caption(
        say("Each dot is a spot where at least ten candidates are. Near means alike; the axes have no unit.")
    )
    show_table(version, rows)


@part
def show_table(version: SegmentVersionRow, rows: list[SegmentRow]) -> None:
    chosen_row = table(rows, columns(), key=f"segments-{version.id}", choose=True)
    if chosen_row is None or chosen_row >= len(rows):
        st.caption(say("Select a row to see what sets a segment apart, and to rename it."))
    else:
        show_segment(rows[chosen_row])


def columns() -> list[Column]:
    return [
        Column(say("Segment"), segment_map.name, width=320),
        Column(say("Candidates"), lambda row: row.size, figures.number),
        Column(say("Share"), lambda row: row.share, bar=True, width=140),
        Column(say("Version before"), lambda row: row.size_before, figures.number),
        Column(
            say("Plans"),
            lambda row: row.plans,
            figures.number,
            about=say("Plans that speak to this segment."),
        ),
        Column(say("Named by"), lambda row: row.renamed_by or say("Its traits")),
        Column(say("Since"), lambda row: row.since, figures.moment),
        Column(say("Number"), lambda row: row.id),
    ]


def show_segment(row: SegmentRow) -> None:
    with st.container(border=True):
        st.subheader(plain(segment_map.name(row)), anchor=False)
        st.markdown(plain(row.description_en if language() == "en" else row.description_es))
        if row.traits:
            table(
                row.traits,
                [
                    Column(say("Trait"), lambda one: segment_words.feature(one["feature"]), width=200),
                    Column(say("Value"), lambda one: one["word"], width=200),
                    Column(say("Share here"), lambda one: one["share"], figures.percent),
                    Column(
                        say("Lift"),
                        lambda one: one["lift"],
                        lambda value: f"{figures.number(value)}×",
                        about=say("How many times as frequent as among all candidates."),
                    ),
                    Column(say("Median here"), lambda one: one["median"], figures.number),
                    Column(say("Median of all"), lambda one: one["everybody"], figures.number),
                ],
                key=f"traits-{row.id}",
            )
        with st.form(f"rename-{row.id}", border=False):
            given = {
                field: st.text_input(label, value=getattr(row, field), max_chars=most)
                for field, label, most in (
                    ("name_es", say("Name in Spanish"), LONGEST_NAME),
                    ("name_en", say("Name in English"), LONGEST_NAME),
                    ("description_es", say("Description in Spanish"), LONGEST_DESCRIPTION),
                    ("description_en", say("Description in English"), LONGEST_DESCRIPTION),
                )
            }
            if st.form_submit_button(say("Rename"), disabled=not session.may("rename segment")):
                rename(row, given)


def show_matches() -> None:
    with st.expander(say("Which segment each open posting speaks to")):
        table(
            ask(reports.segment_matches),
            [
                Column(say("Posting"), lambda row: row.title, width=320),
                Column(
                    say("Segment"),
                    lambda row: (row.name_en if language() == "en" else row.name_es) or say("Everybody"),
                    width=280,
                ),
                Column(
                    say("Confidence"),
                    lambda row: row.confidence,
                    figures.percent,
                    about=say("The segment's part of what the posting says. Below half it is for everybody."),
                ),
                Column(say("Told by"), lambda row: ", ".join(row.words), width=240),
            ],
            key="matches",
        )


def rename(row: SegmentRow, given: dict[str, str]) -> None:
    try:
        deeds.rename_segment(row.id, given)
    except (NotAllowedError, SessionEndedError) as error:
        explain(error)
        return
    except (InputError, RefusedError) as error:
        st.error(say("This name was not taken: another segment has it, or a text is empty."))
        st.code(str(error), language=None, wrap_lines=True)
        return
    st.rerun()


show_segments()
