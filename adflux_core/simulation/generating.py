"""Simulated postings and candidates as files: the same seed, the same bytes; every row says that it is one.

The files are what the importers read, so that what is simulated comes in by the same door as what is real.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Literal

from faker import Faker
from pydantic import BaseModel, ConfigDict

from adflux_core.errors import InputError
from adflux_core.simulation.worlds import COLOMBIA, SECTORS, UNITED_STATES, Trade

SOURCE = "simulated"
MOST = 100_000
MARKS = {"es": "simulada", "en": "simulated"}
NOTICES = {
    "es": "VACANTE SIMULADA para probar AdFlux: no existe.\nBuscamos a una persona para este cargo.",
    "en": "SIMULATED JOB to try AdFlux: it does not exist.\nWe are looking for a person for this job.",
}
CONDITIONS = {
    "es": ("Contrato a término indefinido", "Contrato a término fijo", "Horario de lunes a viernes"),
    "en": ("Permanent contract", "Fixed-term contract", "Monday to Friday"),
}

Language = Literal["es", "en"]


class Order(BaseModel):
    """What to simulate. An empty city or sector means any of the language's."""

    model_config = ConfigDict(frozen=True)

    language: Language = "es"
    city: str = ""
    sector: str = ""
    postings: int = 50
    candidates: int = 200
    seed: int = 1

    def cities(self) -> Mapping[str, str]:
        """The cities chosen from, with their regions. Raises InputError on one that is not known."""
        known = COLOMBIA if self.language == "es" else UNITED_STATES
        if self.city and self.city not in known:
            raise InputError(f"--city {self.city}: choose one of {', '.join(known)}")
        return {self.city: known[self.city]} if self.city else known

    def trades(self) -> Sequence[tuple[str, Trade]]:
        """The jobs chosen from, with their sectors. Raises InputError on an unknown sector."""
        known = SECTORS[self.language]
        if self.sector and self.sector not in known:
            raise InputError(f"--sector {self.sector}: choose one of {', '.join(known)}")
        names = [self.sector] if self.sector else list(known)
        return [(name, trade) for name in names for trade in known[name]]


@dataclass(frozen=True)
class Files:
    """Where they were written, and how many rows are in each."""

    postings: Path
    candidates: Path
    counts: tuple[int, int]


def simulate(order: Order, folder: Path, today: date, trades: Sequence[tuple[str, Trade]] = ()) -> Files:
    """Write both files; `trades` stand in for those of the order. Raises InputError."""
    if not 0 <= order.postings <= MOST or not 0 <= order.candidates <= MOST:
        raise InputError(f"--postings and --candidates: from 0 to {MOST:,}")
    chosen = trades or order.trades()
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{order.language}-{order.city or 'all'}-{order.sector or 'all'}-{order.seed}".replace(" ", "_")
    files = Files(
        folder / f"simulated-postings-{stem}.csv",
        folder / f"simulated-candidates-{stem}.csv",
        (order.postings, order.candidates),
    )
    _write(files.postings, _postings(order, chosen, today))
    _write(files.candidates, _candidates(order, chosen, today))
    return files


def _postings(order: Order, trades: Sequence[tuple[str, Trade]], today: date) -> Iterable[dict[str, object]]:
    chance, names = _sources(order, "postings")
    places = list(order.cities().items())
    mark = MARKS[order.language]
    for number in range(1, order.postings + 1):
        _, trade = chance.choice(trades)
        city, region = chance.choice(places)
        least = _rounded(chance.uniform(trade.least, (trade.least + trade.most) / 2))
        most = _rounded(chance.uniform(least, trade.most))
        pay = (
            f"$ {least:,} a $ {most:,} mensuales".replace(",", ".")
            if order.language == "es"
            else f"${least:,} - ${most:,} a year"
        )
        yield {
            "id": f"SIM-{order.language}-{order.seed}-{number}",
            "title": f"{trade.title} ({mark})",
            "company": f"{names.company()} ({mark})",
            "location": f"{city}, {region}, {'Colombia' if order.language == 'es' else 'United States'}",
            "salary": pay,
            "currency": "COP" if order.language == "es" else "USD",
            "description": "\n".join(
                [NOTICES[order.language], *trade.duties, f"{chance.choice(CONDITIONS[order.language])}."]
            ),
            "url": f"https://simulated.example.com/jobs/{order.language}-{order.seed}-{number}",
            "posted": (today - timedelta(days=chance.randrange(30))).isoformat(),
            "expires": (today + timedelta(days=chance.randrange(30, 90))).isoformat(),
        }


def _candidates(
    order: Order, trades: Sequence[tuple[str, Trade]], today: date
) -> Iterable[dict[str, object]]:
    chance, names = _sources(order, "candidates")
    places = list(order.cities().items())
    levels = ("secondary", "technical", "bachelor", "master")
    for number in range(1, order.candidates + 1):
        sector, trade = chance.choice(trades)
        city, region = chance.choice(places)
        years = min(30, int(chance.expovariate(1 / 5)))
        consented = today - timedelta(days=chance.randrange(1, 300))
        yield {
            "id": f"SIM-{order.language}-{order.seed}-{number}",
            "name": f"{names.name()} ({MARKS[order.language]})",
            "email": f"simulated-{order.language}-{order.seed}-{number}@example.com",
            "city": city,
            "region": region,
            "country": "CO" if order.language == "es" else "US",
            "occupation": trade.title,
            "sector": sector,
            "years experience": years,
            "education": chance.choices(levels, weights=(4, 3, 2, 1))[0],
            "expected salary": _rounded(trade.least * (1 + years / 40)),
            "currency": "COP" if order.language == "es" else "USD",
            "consent": "yes",
            "consent purpose": "simulated: to try AdFlux",
            "consented on": consented.isoformat(),
        }


def _sources(order: Order, what: str) -> tuple[Random, Faker]:
    """Chance and names that are the same for the same seed, and different for the two files."""
    names = Faker("es_CO" if order.language == "es" else "en_US")
    names.seed_instance(f"{order.seed}/{what}")
    return Random(f"{order.seed}/{what}"), names  # noqa: S311 — invented data


def _rounded(amount: float) -> int:
    """To what people write: 50,000 COP, 500 USD."""
    step = 50_000 if amount >= 1_000_000 else 500
    return max(step, round(amount / step) * step)


def _write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(file, list(row))
                writer.writeheader()
            writer.writerow(row)
