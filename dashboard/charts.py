"""Charts: one measure by day and platform. Days that were not read are grey, never zero.

As Vega-Lite has them: a chart is drawn at each click, and to build and check one in Python took longer than
all its page asks of the database.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import get_decimal_symbol

from adflux_core.reports import Day, FunnelStep, Restated
from dashboard import application_words, figures, naming
from dashboard.words import locale, say

Spec = dict[str, Any]

# Each is at least 3:1 against both the white and the near-black ground, and they differ in lightness for
# those who do not see hue (tests/dashboard/test_charts.py works it out).
PLATFORM_COLOURS = {"meta": "#2a78d6", "google_ads": "#d95926"}
OTHER_COLOURS = ("#199e70", "#7d72dd", "#b9770e")
MISSING_COLOUR = "#888d99"
LABEL_COLOUR = "#737a86"  # on both grounds
HEIGHT = 260
BAR: Spec = {"type": "bar", "cornerRadiusEnd": 2}


def by_day(days: Sequence[Day], measure: str, label: str) -> Spec:
    """Stacked bars of `measure` ("spend", "clicks", …), with each bar's receipts in its tooltip.

    One for each account, while there are colours to tell them apart; else one for each platform.
    """
    bars: dict[tuple[str, date, bool], list[Day]] = defaultdict(list)
    for one, name in zip(days, _series(days), strict=True):
        bars[name, one.date_day, one.slice_id is None].append(one)
    rows = [_row(together, name, measure) for (name, _, _), together in bars.items()]
    read = [row for row in rows if row["value"] is not None]
    missing = [row for row in rows if row["value"] is None]
    axis = {"labelExpr": _day_words(), "labelOverlap": True, "grid": False}
    when = field("day", "temporal", timeUnit="yearmonthdate", axis=axis)
    tooltip = told(
        day_text=say("Day"),
        series=say("Platform"),
        text=label,
        receipt=say("Receipt"),
        read_at=say("Read at"),
    )
    layers = []
    if missing:
        grey = {"type": "rect", "color": MISSING_COLOUR, "opacity": 0.22}
        layers.append(layer(missing, grey, x=when, tooltip=tooltip))
    if read:
        nothing = not any(row["value"] for row in read)  # a scale from 0 to 0 would float in the middle
        axis = {"labelExpr": _number_words(), "tickCount": 1 if nothing else 4}
        scale = {"domain": [0, 1]} if nothing else {"zero": True}
        up = field("value", axis=axis, scale=scale)
        layers.append(layer(read, BAR, x=when, y=up, color=_coloured(read), tooltip=tooltip))
    return {"layer": layers, "height": HEIGHT}


def funnel(steps: Sequence[FunnelStep]) -> Spec:
    """A bar for each step from the first to the last, by platform, with its total at its end."""
    rows = [
        {
            "step": application_words.step(one.step),
            "series": naming.platform(str(one.platform)),
            "platform": one.platform,
            "value": one.applications,
            "text": figures.number(one.applications),
        }
        for one in steps
    ]
    sums: dict[Any, int] = defaultdict(int)
    for row, one in zip(rows, steps, strict=True):
        sums[row["step"]] += one.applications
    totals = [{"step": name, "value": value, "text": figures.number(value)} for name, value in sums.items()]
    place = field("step", "nominal", sort=list(sums))
    size = field("value", axis=None, scale={"domain": [0, max(1, max(sums.values(), default=0) * 1.12)]})
    tooltip = told(step=say("Step"), series=say("Platform"), text=say("Applications"))
    text = {"type": "text", "align": "left", "dx": 4, "color": LABEL_COLOUR}
    bars = layer(rows, BAR, x=size, y=place, color=_coloured(rows), tooltip=tooltip)
    return {"layer": [bars, layer(totals, text, x=size, y=place, text={"field": "text"})], "height": HEIGHT}


def by_age(steps: Sequence[Restated], measure: Callable[[Restated], Decimal | None]) -> Spec:
    """Bars by age: how much of `measure` moved when it was read again that many days after the day."""
    several = {(one.platform, one.currency) for one in steps}
    twice = len(several) > len({platform for platform, _ in several})
    rows = [
        {
            "age": one.age,
            "series": naming.platform(one.platform) + (f" · {one.currency}" if twice else ""),
            "platform": one.platform,
            "value": float(measure(one) or 0),
            "text": figures.percent(measure(one)),
            "rows": figures.number(one.rows),
        }
        for one in steps
    ]
    ages = {"labelAngle": 0, "labelOverlap": True}
    tooltip = told(age=say("Days after the day"), series=say("Platform"), text=say("Moved"), rows=say("Rows"))
    bars = layer(
        rows,
        BAR,
        x=field("age", "ordinal", title=say("Days after the day"), axis=ages),
        xOffset={"field": "series"},
        y=field("value", axis={"labelExpr": _share_words(), "tickCount": 4}),
        color=_coloured(rows),
        tooltip=tooltip,
    )
    return {**bars, "height": HEIGHT}


def field(name: str, kind: str = "quantitative", **how: object) -> Spec:
    """An encoding by that field of the rows, without a title if none is given."""
    return {"field": name, "type": kind, "title": None, **how}


def layer(rows: Sequence[Mapping[str, object]], mark: Spec, **encoding: object) -> Spec:
    """These rows, drawn so."""
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": encoding}


def told(**titles: str) -> list[Spec]:
    """A tooltip: fields with what each is called, all of them words already."""
    return [{"field": name, "type": "nominal", "title": title} for name, title in titles.items()]


def _series(days: Sequence[Day]) -> list[str]:
    """What the bar of each is called."""
    accounts: dict[str, set[str]] = defaultdict(set)
    for one in days:
        accounts[one.platform].add(one.account_id)
    apart = sum(map(len, accounts.values())) <= len(PLATFORM_COLOURS) + len(OTHER_COLOURS)
    return [
        f"{naming.platform(one.platform)} · {one.account_name or one.account_id}"
        if apart and len(accounts[one.platform]) > 1
        else naming.platform(one.platform)
        for one in days
    ]


def _row(together: Sequence[Day], series: str, measure: str) -> Spec:
    """Days of one date and one series, all of them read or none."""
    one = together[0]
    read = one.slice_id is not None
    value: Decimal | int = sum(getattr(each, measure) for each in together) if read else 0
    written = figures.money(Decimal(value), one.currency) if measure == "spend" else figures.number(value)
    receipts = sorted({each.slice_id for each in together if each.slice_id is not None})
    return {
        "day": f"{one.date_day}T00:00:00",
        "day_text": figures.day(one.date_day),
        "series": series,
        "platform": one.platform,
        "value": float(value) if read else None,
        "text": written if read else say("Not read"),
        "receipt": ", ".join(map(str, receipts)) or figures.UNKNOWN,
        "read_at": figures.moment(min((each.read_at for each in together if each.read_at), default=None)),
    }


def _coloured(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """A platform's own colour for its first series, others for the rest."""
    platforms: dict[str, str] = {}
    for row in rows:
        platforms.setdefault(row["series"], row["platform"])
    names, spare = sorted(platforms), iter(OTHER_COLOURS * len(platforms))
    chosen: list[str] = []
    for name in names:
        colour = PLATFORM_COLOURS.get(platforms[name])
        chosen.append(next(spare) if colour is None or colour in chosen else colour)
    legend = {"orient": "top"} if len(names) > 1 else None
    return field("series", "nominal", scale={"domain": names, "range": chosen}, legend=legend)


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
