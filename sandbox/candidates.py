"""A file of candidates that nobody is, each marked as simulated: `python -m sandbox.candidates FILE`."""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

PEOPLE, SEED = 2_000, 20_260_701
HEADER = (
    "Código", "Nombre", "Correo electrónico", "Ciudad", "País", "Años de experiencia", "Nivel educativo",
    "Ocupación", "Nivel del cargo", "Habilidades", "Aspiración salarial", "Moneda", "Autoriza", "Finalidad",
    "Fecha autorización", "Edad", "Sexo",
)  # fmt: skip
CITIES = ("Bogotá", "Medellín", "Cali", "Barranquilla", "Bucaramanga")
EDUCATION = ("Bachillerato", "Técnico", "Profesional", "Maestría")
LEVELS = ("Junior", "Intermedio", "Senior", "Líder")
# Occupation, years, education, level, pay in millions, skills; how many of a hundred.
GROUPS = (
    ("Auxiliar de bodega", 3, 0, 0, 1.5, ("inventarios", "montacargas", "picking"), 30),
    ("Analista de datos", 5, 2, 1, 5.2, ("sql", "python", "power bi"), 25),
    ("Enfermera", 9, 2, 2, 3.9, ("uci", "urgencias", "pediatría"), 25),
    ("Gerente comercial", 18, 3, 3, 12.5, ("negociación", "ventas", "crm"), 20),
)


def rows(people: int = PEOPLE, seed: int = SEED) -> list[tuple[str, ...]]:
    """The same people every time; some cells are empty, as in real files."""
    chance = random.Random(seed)  # noqa: S311 - invented people
    return [_person(chance, number) for number in range(1, people + 1)]


def _person(chance: random.Random, number: int) -> tuple[str, ...]:
    occupation, years, education, level, pay, skills, _ = chance.choices(
        GROUPS, weights=[group[-1] for group in GROUPS]
    )[0]
    experience = max(0.0, chance.gauss(years, years / 3))
    amount = pay * chance.lognormvariate(0, 0.12)
    consents = chance.random() < 0.8
    # Of a chance of their own: no trait of theirs has to do with the sex, and little with the age.
    apart = random.Random(f"{SEED}/{number}")  # noqa: S311
    age = min(64, max(18, round(apart.gauss(34, 9) + experience * 0.3)))
    return (
        f"SIM-{number:05}",
        f"Persona simulada {number}",
        f"simulada{number}@example.com",
        chance.choice(CITIES),
        "Colombia",
        f"{experience:.1f}".replace(".", ",") if chance.random() < 0.9 else "",
        EDUCATION[min(3, max(0, round(chance.gauss(education, 0.4))))],
        occupation if chance.random() < 0.93 else "",
        LEVELS[min(3, max(0, round(chance.gauss(level, 0.4))))],
        "; ".join(skill for skill in skills if chance.random() < 0.8),
        f"{round(amount * 1000) * 1000:,}".replace(",", ".") if chance.random() < 0.7 else "",
        "COP",
        "Sí" if consents else "No",
        "Datos simulados: demostración" if consents else "",
        f"2026-{chance.randrange(1, 7):02}-{chance.randrange(1, 29):02}" if consents else "",
        str(age) if apart.random() < 0.9 else "",
        apart.choice(("Mujer", "Hombre")),
    )


def main() -> None:
    with Path(sys.argv[1]).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows()])


if __name__ == "__main__":
    main()
