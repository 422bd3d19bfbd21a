"""A campaign out: an approved plan becomes live ads, once."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from adflux_core.publication.converge import Outcome
from flows.converge_campaigns import AT_ONCE, all_outcomes
from tasks import publication
from tasks.forms import asked


@flow(
    name="publish-campaign",
    flow_run_name="publish plan {plan_id}",
    task_runner=ThreadPoolTaskRunner(max_workers=AT_ONCE),  # type: ignore[arg-type]
)
def publish_campaign(
    plan_id: Annotated[int, asked("Plan", "An approved plan, as `adflux plan` numbered it.", ge=1)],
) -> list[Outcome]:
    """Publish every campaign of an approved plan. Running it twice publishes nothing twice."""
    ordered = publication.order_publication(plan_id)
    outcomes = all_outcomes(ordered)
    publication.link_to_campaigns(outcomes)
    return outcomes
