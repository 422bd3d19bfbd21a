"""Charts: one measure by day and platform. Days that were not read are grey, never zero."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import altair as alt
import pandas as pd
from altair.utils import schemapi
from babel.numbers import get_decimal_symbol

from adflux_core.reports import Day, FunnelStep, Restated
from dashboard import application_words, figures, naming
from dashboard.words import locale, say

# Each is at least 3:1 against both the white and the near-black ground, and they differ in lightness for
# those who do not see hue (tests/dashboard/test_charts.py works it out).
PLATFORM_COLOURS = {"meta": "#2a78d6", "google_ads": "#d95926"}
OTHER_COLOURS = ("#199e70", "#7d72dd", "#b9770e")
MISSING_COLOUR = "#888d99"
LABEL_COLOUR = "#737a86"  # on both grounds
HEIGHT = 260

# Each piece of a chart is else held against the whole schema when it is made; the chart still is, once.
schemapi.disable_debug_mode()


def by_day(days: Sequence[Day], measure: str, label: str) -> alt.LayerChart:
    """Stacked bars of `measure` ("spend", "clicks", …), with each bar's receipt in its tooltip."""
    accounts: dict[str, set[str]] = defaultdict(set)
    for one in days:
        accounts[one.platform].add(one.account_id)
    rows = [_row(one, measure, several=len(accounts[one.platform]) > 1) for one in days]
    read = pd.DataFrame([row for row in rows if row["value"] is not None])
    missing = pd.DataFrame([row for row in rows if row["value"] is None])
    when = alt.X(
        "yearmonthdate(day):T",
        title=None,
        axis=alt.Axis(labelExpr=_day_words(), labelOverlap=True, grid=False),
    )
    layers: list[alt.Chart] = []
    if not missing.empty:
        layers.append(
            alt.Chart(missing)
            .mark_rect(color=MISSING_COLOUR, opacity=0.22)
            .encode(x=when, tooltip=_tooltip(label))
        )
    if not read.empty:
        series = sorted(read["series"].unique())
        nothing = not read["value"].any()  # a scale from 0 to 0 would float in the middle
        layers.append(
            alt.Chart(read)
            .mark_bar(cornerRadiusEnd=2)
            .encode(
                x=when,
                y=alt.Y(
                    "value:Q",
                    title=None,
                    axis=alt.Axis(labelExpr=_number_words(), tickCount=1 if nothing else 4),
                    scale=alt.Scale(domain=[0, 1]) if nothing else alt.Scale(zero=True),
                ),
                color=alt.Color(
                    "series:N",
                    title=None,
                    scale=alt.Scale(domain=series, range=_colours(read, series)),
                    legend=alt.Legend(orient="top") if len(series) > 1 else None,
                ),
                tooltip=_tooltip(label),
            )
        )
    return alt.LayerChart(layer=layers).properties(height=HEIGHT)


def funnel(steps: Sequence[FunnelStep]) -> alt.LayerChart:
    """A bar for each step from the first to the last, by platform, with its total at its end."""
    rows = pd.DataFrame(
        {
            "step": application_words.step(one.step),
            "series": naming.platform(str(one.platform)),
            "platform": one.platform,
            "value": one.applications,
            "text": figures.number(one.applications),
        }
        for one in steps
    )
    order = list(dict.fromkeys(rows["step"]))
    totals = rows.groupby("step", as_index=False)["value"].sum()
    totals["text"] = [figures.number(int(value)) for value in totals["value"]]
    series = sorted(rows["series"].unique())
    place = alt.Y("step:N", sort=order, title=None)
    size = alt.X(
        "value:Q", title=None, axis=None, scale=alt.Scale(domain=[0, max(1, totals["value"].max() * 1.12)])
    )
    bars = (
        alt.Chart(rows)
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=size,
            y=place,
            color=alt.Color(
                "series:N",
                title=None,
                scale=alt.Scale(domain=series, range=_colours(rows, series)),
                legend=alt.Legend(orient="top") if len(series) > 1 else None,
            ),
            tooltip=[
                alt.Tooltip("step:N", title=say("Step")),
                alt.Tooltip("series:N", title=say("Platform")),
                alt.Tooltip("text:N", title=say("Applications")),
            ],
        )
    )
    ends = (
        alt.Chart(totals)
        .mark_text(align="left", dx=4, color=LABEL_COLOUR)
        .encode(x=size, y=place, text="text:N")
    )
    return alt.LayerChart(layer=[bars, ends]).properties(height=HEIGHT)


def by_age(steps: Sequence[Restated], measure: Callable[[Restated], Decimal | None]) -> alt.Chart:
    """Bars by age: how much of `measure` moved when it was read again that many days after the day."""
    several = {(one.platform, one.currency) for one in steps}
    twice = len(several) > len({platform for platform, _ in several})
    frame = pd.DataFrame(
        {
            "age": one.age,
            "series": naming.platform(one.platform) + (f" · {one.currency}" if twice else ""),
            "platform": one.platform,
            "value": float(measure(one) or 0),
            "text": figures.percent(measure(one)),
            "rows": figures.number(one.rows),
        }
        for one in steps
    )
    series = sorted(frame["series"].unique())
    drawn: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=alt.X("age:O", title=say("Days after the day"), axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            xOffset="series:N",
            y=alt.Y("value:Q", title=None, axis=alt.Axis(labelExpr=_share_words(), tickCount=4)),
            color=alt.Color(
                "series:N",
                title=None,
                scale=alt.Scale(domain=series, range=_colours(frame, series)),
                legend=alt.Legend(orient="top") if len(series) > 1 else None,
            ),
            tooltip=[
                alt.Tooltip("age:O", title=say("Days after the day")),
                alt.Tooltip("series:N", title=say("Platform")),
                alt.Tooltip("text:N", title=say("Moved")),
                alt.Tooltip("rows:N", title=say("Rows")),
            ],
        )
        .properties(height=HEIGHT)
    )
    return drawn


def _row(one: Day, measure: str, *, several: bool) -> dict[str, Any]:
    value: Decimal | int | None = getattr(one, measure)
    written = figures.money(value, one.currency) if measure == "spend" else figures.number(value)  # type: ignore[arg-type]
    name = naming.platform(one.platform)
    return {
        "day": pd.Timestamp(one.date_day),
        "day_text": figures.day(one.date_day),
        "series": f"{name} · {one.account_name or one.account_id}" if several else name,
        "platform": one.platform,
        "value": None if value is None else float(value),
        "text": say("Not read") if value is None else written,
        "receipt": figures.UNKNOWN if one.slice_id is None else f"{one.slice_id}",
        "read_at": figures.moment(one.read_at),
    }


def _tooltip(label: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("day_text:N", title=say("Day")),
        alt.Tooltip("series:N", title=say("Platform")),
        alt.Tooltip("text:N", title=label),
        alt.Tooltip("receipt:N", title=say("Receipt")),
        alt.Tooltip("read_at:N", title=say("Read at")),
    ]


def _colours(read: pd.DataFrame, series: list[str]) -> list[str]:
    platforms = read.drop_duplicates("series").set_index("series")["platform"].to_dict()
    spare = iter(OTHER_COLOURS * len(series))
    taken: set[str] = set()
    chosen = []
    for name in series:
        colour = PLATFORM_COLOURS.get(str(platforms[name]))
        if colour is None or colour in taken:
            colour = next(spare)
        taken.add(colour)
        chosen.append(colour)
    return chosen


def _day_words() -> str:
    """A Vega expression for a day's label: Vega itself knows only American months."""
    months = [locale().months["format"]["abbreviated"][number].rstrip(".") for number in range(1, 13)]
    month = f"{json.dumps(months, ensure_ascii=False)}[month(datum.value)]"
    order = ("date(datum.value)", month) if locale().language == "es" else (month, "date(datum.value)")
    return " + ' ' + ".join(order)


def _share_words() -> str:
    """A Vega expression for a share's label: 2,5 %."""
    return f"replace(format(100 * datum.value, '~r'), '.', '{get_decimal_symbol(locale())}') + ' %'"


def _number_words() -> str:
    """A Vega expression for a number's label: 250k, 1,5M."""
    return f"replace(format(datum.value, '~s'), '.', '{get_decimal_symbol(locale())}')"
