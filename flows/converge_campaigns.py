"""Repair: bring every publication to what is desired, and put away what belongs to none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeVar

from prefect import flow
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import Task
from pydantic import BaseModel, ConfigDict

from adflux_core.errors import IncompleteError
from adflux_core.platforms import AccountKey, configured_accounts
from adflux_core.publication.converge import Outcome
from adflux_core.publication.pacing import Overspent
from adflux_core.publication.sweep import Swept
from tasks import publication
from tasks.forms import asked
from tasks.heartbeat import beat, note_answers
from tasks.showing import progress

R = TypeVar("R")
AT_ONCE = 24  # measured: 16 leave a part of Meta's rate unused (make bench NAME=publish_campaigns)


class Convergence(BaseModel):
    """One pass over everything."""

    model_config = ConfigDict(frozen=True)

    converged: list[Outcome]
    doubtful: list[Outcome]
    orphans: list[Swept]
    capped: list[Overspent]


def _run_name() -> str:
    only = flow_run.parameters["publication_id"]
    return f"converge publication {only}" if only else "converge everything"


@flow(
    name="converge-campaigns",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=AT_ONCE),  # type: ignore[arg-type]
)
def converge_campaigns(
    publication_id: Annotated[
        int | None, asked("Publication", "One publication; empty: all, and a sweep.", ge=1)
    ] = None,
) -> Convergence:
    """Bring what the platforms hold to what we desire. Safe at any time, twice at once, after any crash."""
    publication.close_what_lost_its_posting()
    accounts = [] if publication_id else configured_accounts()
    capped, unread = _of_each(publication.hold_to_caps, accounts)
    if capped:
        publication.show_capped(capped)
    outcomes = all_outcomes([publication_id] if publication_id else publication.list_publications())
    orphans, unswept = _of_each(publication.sweep_account, accounts)
    doubtful = [outcome for outcome in outcomes if outcome.state == "doubtful" or outcome.busy]
    settled = [outcome for outcome in outcomes if outcome not in doubtful]
    publication.show_attention()
    if publication_id is None:
        beat("converge-campaigns")
    passed = Convergence(converged=settled, doubtful=doubtful, orphans=orphans, capped=capped)
    why = [
        *(f"what was spent could not be held to its caps: {one}" for one in unread[:1]),
        *(f"an account could not be swept: {one}" for one in unswept[:1]),
    ]
    if why:
        raise IncompleteError("; ".join(why), passed.model_dump(mode="json"))
    return passed


def _of_each(
    task: Task[[AccountKey], list[R]], accounts: Sequence[AccountKey]
) -> tuple[list[R], list[Exception]]:
    """What it finds on all of them. An account that cannot be read stops no repair of the others."""
    found: list[R] = []
    failures: list[Exception] = []
    for one in accounts:
        ended: list[R] | Exception = task.submit(one).result(raise_on_failure=False)
        if isinstance(ended, Exception):
            failures.append(ended)
        else:
            found += ended
    return found, failures


def all_outcomes(publication_ids: Sequence[int]) -> list[Outcome]:
    """Converge these side by side. Raises IncompleteError, with the others' outcomes, when some fail."""
    running = [publication.converge_publication.submit(one) for one in publication_ids]
    ended = []
    with progress("Bringing publications to what is desired") as report:
        for future in running:
            ended.append(future.result(raise_on_failure=False))
            report(len(ended), len(running))
    outcomes = [end for end in ended if isinstance(end, Outcome)]
    failures = [end for end in ended if isinstance(end, Exception)]
    note_answers(list({outcome.platform for outcome in outcomes if outcome.platform}), failures)
    publication.show_outcomes(outcomes)
    if outcomes and failures:
        answer = [outcome.model_dump(mode="json") for outcome in outcomes]
        raise IncompleteError(f"{len(failures)} of {len(ended)} publications failed: {failures[0]}", answer)
    if failures:
        raise failures[0]
    return outcomes
