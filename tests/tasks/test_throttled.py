"""What an account has no room for now is left to a later run, and nothing is left behind for good."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from meta_publications import ordered
from prefect.client.schemas.objects import StateDetails, StateType, TaskRun
from prefect.states import State

from adflux_core import database
from adflux_core.errors import ThrottledError
from adflux_core.schema.publication import Publication
from sandbox.server import Sandbox
from tasks.publication import converge_publication, list_publications


@pytest.mark.parametrize(("retry_after", "again"), [(None, True), (60.0, True), (61.0, False)])
def test_a_throttle_longer_than_the_longest_wait_is_not_retried(
    retry_after: float | None, again: bool
) -> None:
    worth = converge_publication.retry_condition_fn
    assert worth is not None
    failed = State[object](
        type=StateType.FAILED,
        data=ThrottledError("later", retry_after=retry_after),
        state_details=StateDetails(),
    )
    run = TaskRun.model_construct()
    assert worth(converge_publication, run, failed) is again


def test_the_longest_unseen_publication_comes_first(world: Sandbox, database_url: str) -> None:
    first, second, third = ordered(3)
    with database.transaction() as session:
        session.get_one(Publication, first).converged_at = datetime(2026, 10, 1, 12, tzinfo=UTC)
        session.get_one(Publication, second).converged_at = datetime(2026, 10, 1, 11, tzinfo=UTC)
    assert list_publications.fn() == [third, second, first]
