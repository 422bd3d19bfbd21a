"""Jobs of a sector as the model imagines them; what breaks a rule, or is no answer, leaves those we have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from adflux_core.creative.gemini.client import Gemini
from adflux_core.creative.gemini.replies import Outcome
from adflux_core.creative.rules import check
from adflux_core.simulation.generating import Order
from adflux_core.simulation.worlds import Trade

INSTRUCTION = """Name ten usual jobs of a sector and city, each with two or three duties in plain sentences.
Nothing about age, sex, origin, family, health, religion or looks. No promises. No numbers."""


class Job(BaseModel):
    """One job; its pay is not the model's to say."""

    title: str
    duties: list[str]


class Jobs(BaseModel):
    """What the model answers."""

    jobs: Annotated[list[Job], Field(max_length=20)]


def imagined(order: Order, model: Gemini) -> Sequence[tuple[str, Trade]]:
    """Jobs with the pay of the ones we know; those we know when the model gives none that may be used."""
    known = order.trades()
    sector = order.sector or "any"
    asked = f'{{"title": "{sector}", "place": "{order.city}", "languages": ["{order.language}"]}}'
    reply = model.ask(INSTRUCTION, [asked], Jobs)
    if reply.outcome is not Outcome.OK:
        return known
    try:
        jobs = Jobs.model_validate_json(reply.text).jobs
    except ValidationError:
        return known
    lawful = [
        job
        for job in jobs
        if job.title.strip() and not any(check(text, order.language) for text in (job.title, *job.duties))
    ]
    return [
        (
            known[at % len(known)][0],
            known[at % len(known)][1]._replace(title=job.title, duties=tuple(job.duties)),
        )
        for at, job in enumerate(lawful)
    ] or known
