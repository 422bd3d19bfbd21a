"""Bars by day as inline SVG: stacked by platform, grey where a day was not read, drawn without a script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 220, 56, 10, 26
# At least 3:1 against a white and a near-black ground.
COLOURS = ("#2a78d6", "#d95926", "#199e70", "#7d72dd", "#b9770e")
LINES = 4  # across, above zero
MOST_LABELS = 8


@dataclass(frozen=True)
class Bar:
    """One series on one day; `value` None: not read. `text` is what it says when pointed at."""

    day: date
    series: str
    value: Decimal | None
    text: str


def bars(
    given: Sequence[Bar], *, label: str, write: Callable[[Decimal], str], write_day: Callable[[date], str]
) -> str:
    """One chart. `label` is read out in its place; the axis is written by `write` and `write_day`."""
    days = sorted({bar.day for bar in given})
    names = sorted({bar.series for bar in given})
    top = nice(max(_sum(given, day) for day in days))
    step = Decimal(WIDTH - LEFT) / len(days)
    parts = [*_across(top, write), *_labels(days, step, write_day)]
    for place, day in enumerate(days):
        x = LEFT + step * place
        here = [bar for bar in given if bar.day == day]
        if any(bar.value is None for bar in here):
            text = "\n".join(bar.text for bar in here if bar.value is None)
            parts.append(_rect(x, step, Decimal(TOP), Decimal(HEIGHT - TOP - BOTTOM), "missing", text))
        base = Decimal(HEIGHT - BOTTOM)
        for bar in sorted(here, key=lambda one: one.series):
            if bar.value:
                tall = bar.value / top * (HEIGHT - TOP - BOTTOM)
                base -= tall
                colour = f"s{names.index(bar.series) % len(COLOURS)}"
                parts.append(_rect(x + step / 10, step * 8 / 10, base, tall, colour, bar.text))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def legend(names: Sequence[str]) -> str:
    """What the colours of the series mean, when there is more than one."""
    if len(names) < 2:
        return ""
    marks = (f'<span><i class="b{n % len(COLOURS)}"></i>{escape(one)}</span>' for n, one in enumerate(names))
    return f'<p class="legend">{"".join(marks)}</p>'


def nice(most: Decimal) -> Decimal:
    """The least of 1, 2, 4 and 10 times a power of ten that is not below `most`: its quarters read well."""
    if most <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(most.adjusted())
    return next(power * times for times in (1, 2, 4, 8, 10) if power * times >= most)


def _across(top: Decimal, write: Callable[[Decimal], str]) -> list[str]:
    drawn = []
    for line in range(LINES + 1):
        y = _number(HEIGHT - BOTTOM - Decimal(HEIGHT - TOP - BOTTOM) * line / LINES)
        written = escape(write(top * line / LINES))
        drawn.append(f'<path class="line" d="M{LEFT} {y}H{WIDTH}"/>')
        drawn.append(f'<text x="{LEFT - 6}" y="{y}" dy="4" text-anchor="end">{written}</text>')
    return drawn


def _labels(days: Sequence[date], step: Decimal, write_day: Callable[[date], str]) -> list[str]:
    every = -(-len(days) // MOST_LABELS)
    return [
        f'<text x="{_number(LEFT + step * place + step / 2)}" y="{HEIGHT - 8}" text-anchor="middle">'
        f"{escape(write_day(day))}</text>"
        for place, day in enumerate(days)
        if place % every == 0
    ]


def _rect(x: Decimal, width: Decimal, y: Decimal, height: Decimal, kind: str, text: str) -> str:
    return (
        f'<rect class="{kind}" x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" '
        f'height="{_number(height)}"><title>{escape(text)}</title></rect>'
    )


def _sum(given: Sequence[Bar], day: date) -> Decimal:
    return sum((bar.value for bar in given if bar.day == day and bar.value is not None), Decimal(0))


def _number(value: Decimal) -> str:
    return f"{value:.2f}"
