"""Tables: typed rows drawn in the session's language, sorted by what they are, not by how they read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import pandas as pd
import streamlit as st
from streamlit.column_config import Column as ColumnConfig
from streamlit.column_config import LinkColumn, ProgressColumn

from dashboard.figures import UNKNOWN

MOST_AT_FULL_HEIGHT = 25
TALLEST = 760  # pixels; more rows scroll inside


@dataclass(frozen=True)
class Column:
    """`value` is taken from each row and sorted by; `draw` writes it. `bar`: a share from 0 to 1."""

    label: str
    value: Callable[[Any], Any]
    draw: Callable[[Any], str] | None = None
    width: int | None = None  # pixels
    about: str | None = None
    bar: bool = False
    link: str | None = None  # the value is an address, and these are the words that lead there


def table(rows: Sequence[Any], columns: Sequence[Column], *, key: str, choose: bool = False) -> int | None:
    """Draw the rows. With `choose`, the index of the row a person clicked, else None."""
    frame = pd.DataFrame(
        {column.label: [column.value(row) for row in rows] for column in columns}, dtype=object
    )
    drawn = {column.label: _drawer(column) for column in columns if not (column.bar or column.link)}
    config = {
        column.label: ProgressColumn(
            column.label, width=column.width, help=column.about, min_value=0, max_value=1, format="percent"
        )
        if column.bar
        else LinkColumn(column.label, width=column.width, help=column.about, display_text=column.link)
        if column.link
        else ColumnConfig(column.label, width=column.width, help=column.about)
        for column in columns
    }
    for column in columns:
        if column.bar:
            frame[column.label] = pd.to_numeric(frame[column.label])
    shown = frame.style.format(drawn, na_rep=UNKNOWN)  # type: ignore[arg-type]
    height: int | Literal["content"] = "content" if len(rows) <= MOST_AT_FULL_HEIGHT else TALLEST
    drawing = partial(
        st.dataframe,
        shown,
        hide_index=True,
        column_config=config,
        width="stretch",
        height=height,
        placeholder=UNKNOWN,
        key=key,
    )
    if not choose:
        drawing()
        return None
    event: Any = drawing(on_select="rerun", selection_mode="single-row")
    chosen = event["selection"]["rows"]
    return chosen[0] if chosen else None


def _drawer(column: Column) -> Callable[[Any], str]:
    draw = column.draw or str
    return lambda value: UNKNOWN if value is None or value is pd.NaT or value != value else draw(value)  # noqa: PLR0124
