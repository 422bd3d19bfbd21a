"""A page read as a whole says exactly what the reader of rows says of it, whatever arrives."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from adflux_core.errors import UnavailableError, ValidationError
from adflux_core.platforms.meta.insights import Reading, read_window
from adflux_core.platforms.meta.paging import decoded, every_page
from adflux_core.platforms.meta.whole_pages import page_of_ad_days, read_whole
from adflux_core.witness import Witness
from tests.adflux_core.platforms.meta.test_insights import ACCOUNT, ACTION, GOOD

SINCE, UNTIL = date(2026, 10, 1), date(2026, 10, 5)

good = st.sampled_from(["0", "7", "12.50", "0.000001", "9" * 18])
bad = st.sampled_from(["1,5", "1_0", "-1", "1e3", "NaN", "٣", "", " 1", "1\n", "9" * 19, "1.2345678"])
numbers = good | bad
dates = st.sampled_from(["2026-10-01", "2026-10-05", "2026-10-06", "2026-09-30", "2024-04-32", "20261003"])
texts = numbers | dates | st.sampled_from(["COP", "USD", "\ud83d", "ñ"])
anything = st.none() | st.booleans() | st.integers() | st.floats() | texts | st.text()
COUNTED = ["impressions", "clicks", "spend", "inline_link_clicks"]

# As documented, but for one text that may be odd: what a whole page has to notice by itself.
counted = st.fixed_dictionaries({"action_type": st.sampled_from([ACTION, "x"]), "value": numbers})
odd_text = (
    st.builds(lambda name, text: {name: text}, st.sampled_from(COUNTED), numbers)
    | st.builds(lambda day: {"date_start": day}, dates)
    | st.builds(lambda name, text: {name: text}, st.sampled_from([*GOOD]), texts)
    | st.builds(lambda each: {"actions": each}, st.lists(counted, max_size=3))
)
documented = st.builds(
    lambda numbers, odd: {**GOOD, **numbers, **odd},
    st.dictionaries(st.sampled_from(COUNTED), st.sampled_from(["0", "7", "31"])),
    st.just({}) | odd_text,
)

# And what is not documented at all.
wild_action = st.dictionaries(st.sampled_from(["action_type", "value", "1d_click"]), texts | anything)
wild = st.builds(
    lambda told, gone: {name: value for name, value in {**GOOD, **told}.items() if name not in gone},
    st.dictionaries(
        st.sampled_from([*GOOD, "actions", "new_field"]), anything | st.lists(wild_action), max_size=2
    ),
    st.sets(st.sampled_from([*GOOD]), max_size=1),
)
replies = st.builds(lambda data: {"data": data}, st.lists(documented, max_size=3)) | st.builds(
    lambda data, more: {"data": data, **more},
    st.lists(documented | wild | anything, max_size=3) | anything,
    st.dictionaries(
        st.sampled_from(["paging", "summary"]), st.sampled_from([None, {}, {"cursors": {}}, "x"])
    ),
)


class Astonished(Witness):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []

    def wonder(self, place: str, name: str, example: object) -> None:
        self.told.append((place, name, json.dumps(example)))


def said(body: bytes, decode: Callable[[bytes], Any]) -> tuple[object, list[tuple[str, str, str]]]:
    """The rows, or why there are none; and what was astonishing."""
    seen = Astonished()

    def get(path: tuple[str, ...], params: Mapping[str, Any], _keep: Any) -> Any:
        return decode(body)

    def pages(path: tuple[str, ...], params: Mapping[str, Any]) -> Iterator[list[Any]]:
        return every_page(get, path, params, seen, "ad") if params["level"] == "ad" else iter(())

    try:
        window = read_window(pages, Reading(ACCOUNT, SINCE, UNTIL, ACTION, seen))
    except (ValidationError, UnavailableError) as refusal:
        return str(refusal), sorted(seen.told)
    return [(type(row), row) for row in window.rows], sorted(seen.told)


@settings(max_examples=400)
@given(replies)
@example({"data": [{**GOOD, "impressions": "1,5"}]})
@example({"data": [{**GOOD, "new_field": "1"}]})
@example({"data": [{**GOOD, "actions": [{"action_type": ACTION, "value": "1", "1d_click": "1"}]}]})
@example({"data": [GOOD], "summary": {}})
def test_whatever_arrives_the_two_say_the_same(reply: Mapping[str, Any]) -> None:
    body = json.dumps(reply).encode()
    assert said(body, page_of_ad_days) == said(body, decoded)


def test_what_is_as_documented_is_read_as_a_whole() -> None:
    told = [{"action_type": ACTION, "value": "5"}, {"action_type": "link_click", "value": "18"}]
    body = json.dumps({"data": [GOOD, {**GOOD, "ad_id": "4", "actions": told}], "paging": {}}).encode()
    found = read_whole(page_of_ad_days(body)["data"], "COP", SINCE, UNTIL, ACTION)
    assert found is not None
    assert [(row.ad_id, row.applications) for row in found] == [("3", 0), ("4", 5)]
