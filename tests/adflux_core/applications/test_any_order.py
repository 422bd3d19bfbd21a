"""In whatever order, in however many files, however often: the same rows make the same applications."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from application_files import HEADER, Take, applications, ask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adflux_core.applications.moments import ZONE, read_moment
from adflux_core.campaigns.links import new_click_id

CLICKS = ["", "LinkedIn", *(new_click_id(b"a secret of sixteen letters") for _ in range(3))]
FILES = itertools.count()
EARLIEST, LATEST = 10**9, 4 * 10**9  # seconds since 1970: from 2001 to 2096
START = datetime(2026, 10, 5, 8, tzinfo=UTC)
moments = st.integers(0, 6).map(lambda hours: (START + timedelta(hours=hours)).isoformat())
rows = st.tuples(
    st.integers(1, 4),
    st.sampled_from(["started", "submitted", "qualified", "interview", "hired"]),
    moments,
    st.sampled_from(CLICKS),
    st.just("") | moments,
).map(lambda row: ",".join(map(str, row)))
histories = st.lists(rows, min_size=1, max_size=12).flatmap(
    lambda known: st.tuples(
        st.just(known),
        st.permutations([*known, *known[: len(known) // 2]]),
        st.lists(st.integers(1, 4), min_size=1, max_size=6),
    )
)


@given(histories)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_in_any_files_ends_the_same(
    take: Take, history: tuple[list[str], list[str], list[int]]
) -> None:
    known, shuffled, sizes = history
    straight, apart = (f"s{next(FILES)}" for _ in range(2))
    take(HEADER + "\n".join(known), source=straight)
    left = iter(shuffled)
    for size in itertools.cycle(sizes):
        part = list(itertools.islice(left, size))
        if not part:
            break
        take(HEADER + "\n".join(part), source=apart)
    assert applications(apart) == applications(straight)
    again = take(HEADER + "\n".join(shuffled), source=apart)
    assert again.created == 0
    ((events,),) = ask("SELECT count(*) FROM application_event WHERE source = :source", source=straight)
    assert events == len(set(known))


@given(st.integers(EARLIEST, LATEST).map(lambda at: datetime.fromtimestamp(at, UTC).replace(tzinfo=None)))
def test_a_moment_is_read_however_it_is_written(at: datetime) -> None:
    here = at.replace(tzinfo=ZONE)
    written = [
        at.isoformat(),
        f"{at:%Y-%m-%d %H:%M:%S}",
        here.isoformat(),
        f"{here.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        f"{here.timestamp() * 1000:.0f}",
        f"{at:%d/%m/%Y %H:%M:%S}",
        f"{at:%d/%m/%Y, %I:%M:%S} {'p. m.' if at.hour >= 12 else 'a. m.'}",
    ]
    assert {read_moment(text, "dmy") for text in written} == {here}


@given(st.dates(date(1991, 1, 1), date(2098, 12, 31)))
def test_a_day_without_a_time_is_that_day(day: date) -> None:
    for text in (day.isoformat(), f"{day:%d/%m/%Y}"):
        moment = read_moment(text, "dmy")
        assert moment is not None
        assert moment.astimezone(ZONE).date() == day


@pytest.mark.parametrize(
    "text_",
    ["", "ayer", "03/04/2026", "03/04/2026 10:00", "2026-13-01", "2026-10-05 25:00", "1e9", "１２:００",
     "25/10/2026 13:00 pm", "25/10/2026 10:75", "1989-01-01", "9999-12-31T23:59:59Z",
     "0001-01-01T00:00:00+14:00"],
)  # fmt: skip
def test_what_is_no_certain_moment_is_none(text_: str) -> None:
    assert read_moment(text_) is None


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text_: str) -> None:
    moment = read_moment(text_)
    assert moment is None or moment.tzinfo is not None
