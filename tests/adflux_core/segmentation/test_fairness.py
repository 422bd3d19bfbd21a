"""A feature that gives a group away is found; a segment that leaves a group out is told from chance."""

from __future__ import annotations

import numpy as np
import pytest
from candidate_base import fill_base
from sqlalchemy import text

from adflux_core import database
from adflux_core.segmentation.fairness import audit_segments
from adflux_core.segmentation.training import segment_candidates


def protect(attribute: str, rule: str) -> None:
    with database.connection() as connected:
        connected.execute(
            text(f"""INSERT INTO adflux_protected.candidate_attribute (candidate_id, {attribute})
                     SELECT id, {rule} FROM adflux.candidate""")  # noqa: S608
        )


def report() -> tuple[list[str], dict[str, list[dict[str, object]]]]:
    """The features of the newest version, and its fairness report."""
    with database.connection() as connected:
        (card, impacts) = connected.execute(
            text("""SELECT card, coalesce(four_fifths, '[]') FROM adflux.segment_version AS version
                    LEFT JOIN adflux.fairness_report AS report ON version_id = version.id
                    ORDER BY version.id DESC LIMIT 1""")
        ).one()
    return [one["name"] for one in card["features"]], {"proxies": card["proxies"], "four_fifths": impacts}


def test_a_feature_that_tells_a_group_is_left_out(database_url: str) -> None:
    fill_base(database_url, 1_500)
    protect("gender", "CASE WHEN education IN ('master', 'bachelor') THEN 'f' ELSE 'm' END")
    segment_candidates(k_range=(3, 6))  # what is left of the features tells too little to be a segment
    features, found = report()
    assert "education" not in features
    worst = found["proxies"][0]
    assert (worst["feature"], worst["attribute"], worst["verdict"]) == ("education", "gender", "blocks")


def test_a_group_by_the_toss_of_a_coin_is_told_by_nothing(database_url: str) -> None:
    fill_base(database_url, 1_500)
    protect("gender", "CASE WHEN hashint8(id) % 2 = 0 THEN 'f' ELSE 'm' END")
    assert segment_candidates(k_range=(3, 6)).refused is None
    features, found = report()
    assert {"education", "occupation", "skills"} <= set(features)
    assert found["proxies"] == []
    assert {one["verdict"] for one in found["four_fifths"]} <= {"fair", "uncertain"}


@pytest.mark.parametrize(
    ("women", "men", "verdict"), [(200, 400, "adverse"), (350, 400, "fair"), (10, 20, "uncertain")]
)
def test_four_fifths_with_its_interval(women: int, men: int, verdict: str) -> None:
    of = 1000 if women > 100 else 150
    groups = {"gender": {"f": np.repeat([True, False], of), "m": np.repeat([False, True], of)}}
    labels = np.concatenate([np.arange(of) >= women, np.arange(of) >= men]).astype(np.int32)
    (impact,) = [one for one in audit_segments(labels, 1, groups) if one.cluster == 0]
    assert (impact.group, impact.verdict) == ("f", verdict)
    assert impact.ratio == round(women / men, 3)
    assert impact.low is not None
    assert impact.high is not None
    assert impact.low < impact.ratio < impact.high


def test_under_a_hundred_of_a_group_nothing_is_said() -> None:
    groups = {"health": {"yes": np.arange(1000) < 99, "no": np.arange(1000) >= 99}}
    found = audit_segments(np.zeros(1000, np.int32), 1, groups)
    assert {one.verdict for one in found} == {"insufficient data"}
    assert all(one.ratio is None for one in found)
