"""The map of the segments: where they differ most, one dot for each spot where at least ten are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from adflux_core.reports import SegmentRow, SegmentVersionRow
from dashboard import figures
from dashboard.words import language, say

# Each at least 3:1 against both grounds, as charts' own; what more segments there are is told by the number.
COLOURS = ("#2a78d6", "#d95926", "#199e70", "#7d72dd", "#b9770e", "#c2478d", "#0f8b9d", "#6f7f2a")
HEIGHT = 420


def name(row: SegmentRow) -> str:
    """The segment's name in the session's language."""
    return row.name_en if language() == "en" else row.name_es


def draw(version: SegmentVersionRow, rows: Sequence[SegmentRow]) -> alt.LayerChart:
    """Dots by how many people, in the colour of their segment; its number where its middle is."""
    chart: Mapping[str, Any] = version.chart or {"cells": [], "centres": []}
    numbers = {row.cluster: number for number, row in enumerate(rows, start=1)}
    names = {row.cluster: f"{numbers[row.cluster]} · {name(row)}" for row in rows}
    spots = pd.DataFrame(
        [
            {"x": x, "y": y, "segment": names[cluster], "people": people, "shown": figures.number(people)}
            for x, y, cluster, people in chart["cells"]
            if cluster in names
        ],
        columns=["x", "y", "segment", "people", "shown"],
    )
    middles = pd.DataFrame(
        [
            {"x": x, "y": y, "number": str(numbers[cluster]), "segment": names[cluster]}
            for cluster, (x, y) in enumerate(chart["centres"])
            if cluster in names
        ],
        columns=["x", "y", "number", "segment"],
    )
    ordered = [names[row.cluster] for row in rows]
    colour = alt.Color(
        "segment:N",
        title=None,
        sort=ordered,
        scale=alt.Scale(domain=ordered, range=[COLOURS[at % len(COLOURS)] for at in range(len(ordered))]),
        legend=alt.Legend(orient="bottom", columns=1, labelLimit=340),
    )
    across = alt.X("x:Q", axis=None, scale=alt.Scale(zero=False, padding=20))
    up = alt.Y("y:Q", axis=None, scale=alt.Scale(zero=False, padding=20))
    tooltip = [
        alt.Tooltip("segment:N", title=say("Segment")),
        alt.Tooltip("shown:N", title=say("Candidates here")),
    ]
    dots = (
        alt.Chart(spots)
        .mark_circle(opacity=0.55, aria=False)
        .encode(
            x=across,
            y=up,
            color=colour,
            size=alt.Size("people:Q", legend=None, scale=alt.Scale(range=[20, 420])),
            tooltip=tooltip,
        )
    )
    grounds = alt.Chart(middles).mark_circle(size=520, aria=False).encode(x=across, y=up, color=colour)
    labels = (
        alt.Chart(middles)
        .mark_text(fontSize=14, fontWeight="bold", color="white", aria=False)
        .encode(x=across, y=up, text="number:N")
    )
    # Thousands of dots say nothing one by one: the table below says it in words.
    return alt.LayerChart(layer=[dots, grounds, labels]).properties(
        height=HEIGHT, description=say("Map of the segments")
    )
