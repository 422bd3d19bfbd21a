"""The run of a real Prefect worker is killed at a boundary, and later runs of the same worker finish it.

Every boundary that an undisturbed run goes by: each call on its way there, at work and on its way back, each
commit before and after. ADFLUX_WORKER_KILLS says how many of them are tried for each deployment on each
platform; 0: all.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable

import pytest
from worker_stories import CONVERGE, PUBLISH, WorkersStage

pytestmark = pytest.mark.whole

LOG = logging.getLogger(__name__)
HOW_MANY = int(os.environ.get("ADFLUX_WORKER_KILLS", "1"))
SEED = int(os.environ.get("ADFLUX_SEED", "1"))


def test_a_killed_run_is_finished_by_a_later_one(
    workers_stage: WorkersStage, new_posting: Callable[[], int]
) -> None:
    broken = []
    # First the one whose sweep looks at whatever earlier stories left on the account: as yet nothing.
    for deployment in (CONVERGE, PUBLISH):
        boundaries, undisturbed = workers_stage.undisturbed(deployment, new_posting())
        assert undisturbed.wrongs == []
        assert {one.kind for one in boundaries} == {"call", "commit"}
        LOG.info("%s goes by %d boundaries", deployment, len(boundaries))
        dice = random.Random(SEED)  # noqa: S311 - to be replayed, not to be secret
        for boundary in dice.sample(boundaries, HOW_MANY or len(boundaries)):
            story = workers_stage.killed_at(deployment, boundary, new_posting())
            LOG.info("%s", story)
            if story.wrongs:
                broken.append(story)
    assert broken == [], f"ADFLUX_SEED={SEED} plays it again"
