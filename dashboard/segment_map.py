"""The map of the segments: where they differ most, one dot for each spot where at least ten are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adflux_core.reports import SegmentRow, SegmentVersionRow
from dashboard import figures
from dashboard.charts import Spec, field, layer, told
from dashboard.words import language, say

# Each at least 3:1 against both grounds, as charts' own; what more segments there are is told by the number.
COLOURS = ("#2a78d6", "#d95926", "#199e70", "#7d72dd", "#b9770e", "#c2478d", "#0f8b9d", "#6f7f2a")
HEIGHT = 420


def name(row: SegmentRow) -> str:
    """The segment's name in the session's language."""
    return row.name_en if language() == "en" else row.name_es


def draw(version: SegmentVersionRow, rows: Sequence[SegmentRow]) -> Spec:
    """Dots by how many people, in the colour of their segment; its number where its middle is."""
    chart: Mapping[str, Any] = version.chart or {"cells": [], "centres": []}
    numbers = {row.cluster: number for number, row in enumerate(rows, start=1)}
    names = {row.cluster: f"{numbers[row.cluster]} · {name(row)}" for row in rows}
    spots = [
        {"x": x, "y": y, "segment": names[cluster], "people": people, "shown": figures.number(people)}
        for x, y, cluster, people in chart["cells"]
        if cluster in names
    ]
    middles = [
        {"x": x, "y": y, "number": str(numbers[cluster]), "segment": names[cluster]}
        for cluster, (x, y) in enumerate(chart["centres"])
        if cluster in names
    ]
    ordered = [names[row.cluster] for row in rows]
    colour = field(
        "segment",
        "nominal",
        sort=ordered,
        scale={"domain": ordered, "range": [COLOURS[at % len(COLOURS)] for at in range(len(ordered))]},
        legend={"orient": "bottom", "columns": 1, "labelLimit": 340},
    )
    where = {name: field(name, axis=None, scale={"zero": False, "padding": 20}) for name in ("x", "y")}
    dots = layer(
        spots,
        {"type": "circle", "opacity": 0.55, "aria": False},
        **where,
        color=colour,
        size=field("people", legend=None, scale={"range": [20, 420]}),
        tooltip=told(segment=say("Segment"), shown=say("Candidates here")),
    )
    grounds = layer(middles, {"type": "circle", "size": 520, "aria": False}, **where, color=colour)
    written = {"type": "text", "fontSize": 14, "fontWeight": "bold", "color": "white", "aria": False}
    labels = layer(middles, written, **where, text={"field": "number"})
    # Thousands of dots say nothing one by one: the table below says it in words.
    return {"layer": [dots, grounds, labels], "height": HEIGHT, "description": say("Map of the segments")}
