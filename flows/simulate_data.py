"""A world to try things on: simulated postings come in, candidates wait as a file for their importer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from prefect import flow
from pydantic import BaseModel, ConfigDict

from adflux_core.postings import Receipt
from adflux_core.simulation.generating import MOST, SOURCE, Order
from tasks import postings, simulation
from tasks.forms import asked


class Simulated(BaseModel):
    """What was made. `candidates_file` is for the importer of candidates."""

    model_config = ConfigDict(frozen=True)

    receipt: Receipt
    postings_file: Path
    candidates_file: Path
    candidates: int


@flow(name="simulate-data", flow_run_name="simulate {postings_count} postings, {candidates_count} candidates")
def simulate_data(
    language: Annotated[
        Literal["es", "en"], asked("Language", "Spanish simulates Colombia, English the United States.")
    ] = "es",
    city: Annotated[str, asked("City", "Empty: any of the country.", max_length=60)] = "",
    sector: Annotated[str, asked("Sector", "retail, logistics, health or technology; empty: any.")] = "",
    postings_count: Annotated[int, asked("Postings", "How many.", ge=1, le=MOST)] = 50,
    candidates_count: Annotated[int, asked("Candidates", "How many.", ge=0, le=MOST)] = 200,
    seed: Annotated[int, asked("Seed", "The same seed makes the same world.", ge=0)] = 1,
) -> Simulated:
    """Simulate postings and candidates. Each of them says that it is simulated wherever it appears."""
    order = Order(
        language=language,
        city=city,
        sector=sector,
        postings=postings_count,
        candidates=candidates_count,
        seed=seed,
    )
    files = simulation.simulate_data(order)
    receipt = postings.import_postings(
        files.postings,
        source=SOURCE,
        format=None,
        mapping=None,
        currency="COP" if language == "es" else "USD",
        full=False,
        force=False,
    )
    postings.show_receipt(receipt)
    return Simulated(
        receipt=receipt,
        postings_file=files.postings,
        candidates_file=files.candidates,
        candidates=files.counts[1],
    )
