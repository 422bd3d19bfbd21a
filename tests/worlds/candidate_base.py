"""A base of candidates made by numpy: groups whose features have to do with each other, or pure noise."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import psycopg

COLUMNS = (
    "source", "external_id", "email", "consent", "consent_purpose", "consented_on", "retain_until", "city",
    "country", "years_experience", "relevant_experience", "education", "occupation", "seniority", "skills",
    "salary_expectation", "salary_currency", "training_hours",
)  # fmt: skip
EDUCATION = ("secondary", "technical", "bachelor", "master")
SENIORITY = ("junior", "mid", "senior", "lead")
CITIES = ("Bogotá", "Medellín", "Cali", "Barranquilla", "Pasto")
# occupation, years, education and seniority in the middle, pay in millions, skills
GROUPS = (
    ("auxiliar de bodega", 3, 0, 0, 1.4, ("inventarios", "montacargas", "picking")),
    ("analista de datos", 5, 2, 1, 5.0, ("python", "sql", "power bi")),
    ("desarrolladora", 8, 2, 2, 8.0, ("python", "java", "git")),
    ("enfermera", 10, 2, 2, 3.8, ("uci", "urgencias", "pediatría")),
    ("gerente comercial", 18, 3, 3, 12.0, ("ventas", "negociación", "crm")),
)


def fill_base(url: str, people: int, *, seed: int = 7, first: int = 0, noise: bool = False) -> None:
    """Insert `people` candidates numbered from `first`; `noise`: every column by itself, evenly at random."""
    chance = np.random.default_rng([seed, first])
    rows = _noise(chance, people) if noise else _groups(chance, people)
    with psycopg.connect(url) as connected, connected.cursor() as cursor:
        copying = f"COPY adflux.candidate ({', '.join(COLUMNS)}) FROM STDIN"
        with cursor.copy(copying.encode()) as copy:
            for number, row in enumerate(rows, start=first):
                copy.write_row(("world", str(number), f"p{number}@example.com", True, "ofertas de empleo",
                                date(2026, 1, 1), date(2099, 1, 1), *row))  # fmt: skip


def _groups(chance: np.random.Generator, people: int) -> list[tuple[Any, ...]]:
    group = chance.choice(len(GROUPS), people, p=[0.3, 0.2, 0.2, 0.18, 0.12])
    stray = chance.random((people, 4))
    wobble = chance.normal(size=(people, 4))
    rows = []
    for at, number in enumerate(group):
        occupation, years, education, seniority, pay, skills = GROUPS[number]
        rows.append((
            CITIES[int(stray[at, 0] * len(CITIES))],
            "CO",
            float(np.clip(years + wobble[at, 0] * 2.5, 0, 45)),
            bool(stray[at, 1] < 0.7),
            EDUCATION[int(np.clip(round(education + wobble[at, 1] * 0.5), 0, 3))],
            occupation if stray[at, 2] < 0.9 else None,
            SENIORITY[int(np.clip(round(seniority + wobble[at, 2] * 0.5), 0, 3))],
            [skill for skill, has in zip(skills, chance.random(3) < 0.75, strict=True) if has],
            round(pay * 1e6 * float(np.exp(wobble[at, 3] * 0.15)), 0),
            "COP",
            float(chance.integers(0, 200)) if stray[at, 3] < 0.6 else None,
        ))  # fmt: skip
    return rows


def _noise(chance: np.random.Generator, people: int) -> list[tuple[Any, ...]]:
    words = [one[0] for one in GROUPS]
    return [
        (
            CITIES[chance.integers(len(CITIES))],
            "CO",
            float(chance.uniform(0, 40)),
            bool(chance.integers(2)),
            EDUCATION[chance.integers(len(EDUCATION))],
            words[chance.integers(len(words))],
            SENIORITY[chance.integers(len(SENIORITY))],
            [GROUPS[chance.integers(len(GROUPS))][5][chance.integers(3)]],
            float(chance.uniform(1e6, 12e6)),
            "COP",
            float(chance.uniform(0, 200)),
        )
        for _ in range(people)
    ]
