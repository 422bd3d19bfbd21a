"""What the platform's review says lands on the campaign, and a person is told."""

from __future__ import annotations

import pytest
from meta_publications import one_pass, published

from adflux_core import reports
from sandbox.server import Sandbox


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            {"path": "ads$", "kind": "disapprove", "reason": "Discrimination", "text": "It names an age."},
            "DISAPPROVED; Discrimination: It names an age.",
        ),
        (
            {"path": "adsets$", "kind": "with_issues", "summary": "Non-compliant", "message": "See policy."},
            "WITH_ISSUES; Non-compliant",
        ),
    ],
)
def test_a_rejection_is_on_the_campaign_with_its_reason(
    world: Sandbox, posting_id: int, fault: dict[str, str], told: str
) -> None:
    publication_id = published(posting_id)
    world.control("POST", "faults", {"method": "POST", "times": 1, **fault})
    one_pass(publication_id)
    world.control("POST", "clock", {"advance_days": 1})  # the review takes place
    assert one_pass(publication_id).state == "active"
    (concern,) = reports.attention()
    assert (concern.kind, concern.publication_id, concern.detail) == ("disapproved", publication_id, told)
    assert reports.publications()[0].effective_status == told


def test_while_nothing_is_wrong_nobody_is_told(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    one_pass(publication_id)
    world.control("POST", "clock", {"advance_days": 1})
    one_pass(publication_id)
    assert reports.attention() == []
    assert reports.publications()[0].effective_status == "ACTIVE"
