"""Fingerprints: equal rows and only those share one, in every process."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told_platform import FIRST, row

from adflux_core.advertising import AdMetrics
from adflux_core.metrics.day_rows import Ads, fingerprints, unpacked
from adflux_core.settings import child_environment

counts = st.integers(0, 10**18)
amounts = st.decimals(0, Decimal(999999999999), places=6)
rows = st.builds(
    row,
    st.just(FIRST),
    st.sampled_from(["ad-1", "ad-2", "a\td"]),
    campaign_id=st.sampled_from(["c", "c\tg"]),
    ad_group_id=st.sampled_from(["g", "g\tc", ""]),
    currency=st.sampled_from(["COP", "USD"]),
    impressions=counts,
    clicks=counts,
    link_clicks=counts,
    spend=amounts,
    applications=amounts,
)


@given(one=rows, other=rows)
def test_rows_share_a_fingerprint_when_they_are_equal_and_only_then(one: AdMetrics, other: AdMetrics) -> None:
    (first,), (second,) = (fingerprints([each], Ads()).rows for each in (one, other))
    assert (first == second) == (one == other)


@pytest.mark.parametrize("field", AdMetrics._fields[1:])
def test_one_changed_value_is_another_fingerprint(field: str) -> None:
    one = row(FIRST)
    old = getattr(one, field)
    other = one._replace(**{field: old + "x" if isinstance(old, str) else old + 1})
    assert fingerprints([one], Ads()).rows != fingerprints([other], Ads()).rows


def test_amounts_written_differently_are_the_same() -> None:
    one, other = row(FIRST, spend=Decimal("1.5")), row(FIRST, spend=Decimal("1.500"))
    assert fingerprints([one], Ads()) == fingerprints([other], Ads())


def test_packed_they_are_the_same_rows_of_the_same_ads_in_any_order() -> None:
    several = [row(FIRST, f"ad-{number}") for number in range(9)]
    packed = [fingerprints(each, Ads()).packed() for each in (several, several[::-1])]
    assert packed[0] != packed[1]
    assert unpacked(packed[0]) == unpacked(packed[1])


def test_another_process_finds_the_same() -> None:
    code = (
        "from told_platform import FIRST, row; from adflux_core.metrics.day_rows import Ads, fingerprints; "
        "print(fingerprints([row(FIRST)], Ads()).packed().hex())"
    )
    worlds = str(Path(__file__).parents[2] / "worlds")
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=child_environment({"PYTHONHASHSEED": seed, "PYTHONPATH": worlds}),
            capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert found == {fingerprints([row(FIRST)], Ads()).packed().hex()}
