"""How the segments changed from version to version: each training, what it moved, and how k was chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from adflux_core.reports import SegmentEventRow, SegmentVersionRow
from dashboard import figures, segment_words
from dashboard.charts import Spec, field, layer, told
from dashboard.tables import Column, table
from dashboard.words import language, mark, say

EVENTS = {
    "birth": mark("New"),
    "death": mark("Ended"),
    "split": mark("Split"),
    "merge": mark("Merged"),
}
HEIGHT = 200


def stability_of(version: SegmentVersionRow) -> float | None:
    """That of the number of segments that was chosen."""
    return next((one["stability"] for one in version.figures if one["k"] == version.k), None)


def show_history(versions: Sequence[SegmentVersionRow], events: Sequence[SegmentEventRow]) -> None:
    """The trainings, newest first."""
    st.subheader(say("Versions"), anchor=False)
    if sum(one.state == "fitted" for one in versions) > 1:
        st.vega_lite_chart(over_versions(versions), width="stretch")
    table(
        versions,
        [
            Column(say("Version"), lambda row: row.id),
            Column(say("When"), lambda row: row.created_at, figures.moment, width=150),
            Column(say("Segments"), lambda row: row.k, figures.number),
            Column(say("Candidates"), lambda row: row.candidates, figures.number),
            Column(say("Kept their segment"), lambda row: row.kept_identity, figures.percent),
            Column(
                say("Drift of sizes"),
                lambda row: row.size_stability_index,
                figures.number,
                about=say("Population stability index. Above 0.1 the sizes have moved, above 0.25 much."),
            ),
            Column(say("Changes"), lambda row: row.events, figures.number),
            Column(say("Why so many"), lambda row: segment_words.choice(row.why), width=320),
        ],
        key="versions",
    )
    told = [one for one in events if one.kind != "birth" or one.version_id != versions[-1].id]
    if told:
        table(
            told,
            [
                Column(say("When"), lambda row: row.at, figures.moment, width=150),
                Column(say("Change"), lambda row: say(EVENTS[row.kind])),
                Column(
                    say("Segment"), lambda row: row.name_en if language() == "en" else row.name_es, width=320
                ),
                Column(say("Version"), lambda row: row.version_id),
            ],
            key="events",
        )
    with st.expander(say("How the number of segments was chosen")):
        show_figures(versions[0].figures)
    fitted = next((one for one in versions if one.state == "fitted" and one.compared), None)
    if fitted is not None:
        with st.expander(say("Other algorithms on the same candidates")):
            show_compared(fitted)


def over_versions(versions: Sequence[SegmentVersionRow]) -> Spec:
    """Stability, who kept their segment, and drift of the sizes, from the oldest version to the newest."""
    measures: dict[str, Callable[[SegmentVersionRow], float | None]] = {
        say("Stability"): stability_of,
        say("Kept their segment"): lambda one: one.kept_identity,
        say("Drift of sizes"): lambda one: one.size_stability_index,
    }
    points = [
        {"version": one.id, "measure": label, "value": value, "shown": figures.number(value)}
        for label, measure in measures.items()
        for one in reversed(versions)
        if (value := measure(one)) is not None
    ]
    most = max([1.0, *(float(str(point["value"])) for point in points)])
    lines = layer(
        points,
        {"type": "line", "point": {"aria": False}, "aria": False},
        x=field("version", "ordinal", title=say("Version"), axis={"labelAngle": 0}),
        y=field("value", scale={"domain": [0, most]}),
        color=field(
            "measure",
            "nominal",
            sort=list(measures),
            scale={"domain": list(measures), "range": ["#2a78d6", "#199e70", "#d95926"]},
            legend={"orient": "bottom"},
        ),
        tooltip=told(version=say("Version"), measure=say("Measure"), shown=say("Value")),
    )
    return {**lines, "height": HEIGHT, "description": say("Versions")}


def show_figures(tried: list[dict[str, Any]]) -> None:
    """What was measured of each number of segments."""
    if not tried:
        st.caption(say("Nothing was measured."))
        return
    table(
        tried,
        [
            Column(say("Segments"), lambda one: one["k"], figures.number),
            Column(say("Stability"), lambda one: one["stability"], figures.percent),
            Column(
                say("Separation"), lambda one: one["silhouette"], figures.number, about=say("Silhouette.")
            ),
            Column(say("Explained"), lambda one: one["explained"], figures.percent),
            Column(
                say("Beyond chance"),
                lambda one: one["beyond_chance"],
                figures.percent,
                about=say("What they explain more than in the same data, shuffled."),
            ),
        ],
        key="figures",
    )


def show_compared(version: SegmentVersionRow) -> None:
    """What other algorithms make of a sample of the same people."""
    table(
        version.compared,
        [
            Column(say("Algorithm"), lambda one: segment_words.algorithm(one["algorithm"]), width=200),
            Column(say("Segments"), lambda one: one["k"], figures.number),
            Column(
                say("Separation"), lambda one: one["separation"], figures.number, about=say("Silhouette.")
            ),
            Column(say("Stability"), lambda one: one["stability"], figures.percent),
            Column(
                say("Balance"),
                lambda one: one["balance"],
                figures.percent,
                about=say("How alike the segments are in size; 100 % when all are equal."),
            ),
            Column(say("In no segment"), lambda one: one["unassigned"], figures.percent),
        ],
        key=f"compared-{version.id}",
    )
