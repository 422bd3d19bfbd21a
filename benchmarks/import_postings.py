"""How fast postings come in, beside the least any program could do: csv.reader and COPY of the same file.

`python -m benchmarks.import_postings` alternates both over 200,000 rows, three rounds, each run in a
fresh process and a fresh database; it also imports the file again (nothing may be written) and compares
the peak memory of 20,000 and 200,000 rows. The last line is one JSON object; exit 1 if a bound is broken.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from adflux_core import database
from adflux_core.postings import import_postings
from adflux_core.settings import child_environment, settings
from deployments.embedded_postgres import embedded_postgres

ROWS, FEW = 200_000, 20_000
ROUNDS = 3
BOUND, MEMORY_BOUND = 4.0, 1.3
HEADER = ["id", "titulo", "empresa", "descripcion", "ciudad", "salario", "fecha_publicacion", "enlace"]
TITLES = {
    "es": ["Auxiliar de bodega", "Ingeniero de sistemas", "Vendedora de mostrador", "Conductor de camión"],
    "en": ["Warehouse assistant", "Software engineer", "Sales associate", "Truck driver"],
}
SENTENCES = {
    "es": [
        "Buscamos una persona con experiencia en el cargo y ganas de aprender con nuestro equipo. ",
        "La empresa ofrece contrato a término indefinido, prestaciones de ley y estabilidad. ",
        "Entre las funciones están la atención al público, el control de inventario y los informes. ",
        "El horario es de lunes a sábado; se valora disponibilidad para turnos rotativos.\n",
    ],
    "en": [
        "We are looking for somebody with experience who wants to learn and grow with our team. ",
        "The company offers a permanent contract, health insurance and a fair schedule. ",
        "You will be responsible for the daily operation, the stock and the weekly reports. ",
        "Hours are Monday to Friday, with the possibility of working from home twice a week.\n",
    ],
}
CITIES = [
    "Bogotá, Colombia",
    "Medellín, Antioquia",
    "Cali",
    "Barranquilla, Colombia",
    "Austin, TX",
    "Madrid, España",
]


def main() -> int:
    """Run everything, or, as a child, one measured run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", choices=["ours", "again", "bare"])
    parser.add_argument("--file", type=Path)
    chosen = parser.parse_args()
    if chosen.run:
        print(json.dumps(_bare(chosen.file) if chosen.run == "bare" else _ours(chosen.file, chosen.run)))
        return 0
    # ignore_cleanup_errors: the server's own user owns what it leaves behind.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return _compare(Path(folder))


def _compare(folder: Path) -> int:
    many, few = folder / "many.csv", folder / "few.csv"
    generate(many, ROWS)
    generate(few, FEW)
    runs: dict[str, list[dict[str, float]]] = {"ours": [], "again": [], "bare": []}
    with embedded_postgres(folder) as server:
        for _ in range(ROUNDS):
            with _fresh_database(server) as url:
                runs["bare"].append(_child("bare", many, url))
            with _fresh_database(server) as url:
                runs["ours"].append(_child("ours", many, url))
                runs["again"].append(_child("again", many, url))
            print({name: found[-1] for name, found in runs.items()}, flush=True)
        with _fresh_database(server) as url:
            small = _child("ours", few, url)
    return _report(runs, small, many.stat().st_size)


def _report(runs: dict[str, list[dict[str, float]]], small: dict[str, float], size: int) -> int:
    seconds = {name: median(run["seconds"] for run in found) for name, found in runs.items()}
    peak = median(run["peak_mb"] for run in runs["ours"])
    ratio, memory_ratio = seconds["ours"] / seconds["bare"], peak / small["peak_mb"]
    holds = ratio <= BOUND and memory_ratio <= MEMORY_BOUND
    figures = {
        "rows": ROWS,
        "file_mb": round(size / 1e6, 1),
        "ours_seconds": round(seconds["ours"], 2),
        "bare_seconds": round(seconds["bare"], 2),
        "again_seconds": round(seconds["again"], 2),
        "rows_per_second": round(ROWS / seconds["ours"]),
        "peak_mb_200k": round(peak, 1),
        "peak_mb_20k": round(small["peak_mb"], 1),
    }
    answer = {
        "name": "import_postings",
        "figures": figures,
        "ratio": round(ratio, 2),
        "bound": BOUND,
        "memory_ratio": round(memory_ratio, 2),
        "memory_bound": MEMORY_BOUND,
        "holds": holds,
    }
    print(json.dumps(answer))
    return 0 if holds else 1


def generate(path: Path, rows: int) -> None:
    """The same postings every time: half Spanish, half English, about 1 kB each."""
    chance = random.Random(20260701)  # noqa: S311 — made-up postings, not secrets
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER)
        for number in range(rows):
            writer.writerow(_posting(chance, number))


def _posting(chance: random.Random, number: int) -> list[str]:
    language = chance.choice(["es", "en"])
    pay = chance.randrange(13, 90)
    salary = {
        "es": f"$ {pay // 10}.{pay % 10}00.000 mensuales",
        "en": f"${pay},000 - ${pay + 9},000 per year",
    }
    return [
        f"job-{number}",
        f"{chance.choice(TITLES[language])} {number % 977}",
        f"Empresa {number % 1500}",
        "".join(chance.choices(SENTENCES[language], k=12)),
        chance.choice(CITIES),
        salary[language],
        f"2026-{chance.randrange(1, 7):02}-{chance.randrange(1, 29):02}",
        f"https://jobs.example.com/{number}",
    ]


def _ours(path: Path, run: str) -> dict[str, float]:
    if run == "ours":
        database.migrate()
    started = time.perf_counter()
    receipt = import_postings(path, source="benchmark")
    seconds = time.perf_counter() - started
    written = receipt.created + receipt.updated
    if written != (receipt.read if run == "ours" else 0) or receipt.quarantined:
        raise SystemExit(f"the import is wrong, so its time means nothing: {receipt}")
    return {"seconds": seconds, "peak_mb": _peak()}


def _bare(path: Path) -> dict[str, float]:
    url = settings().adflux_database_url
    assert url is not None
    names = sql.SQL(", ").join(sql.Identifier(name) for name in HEADER)
    kinds = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in HEADER)
    with (
        psycopg.connect(url.get_secret_value()) as connection,
        path.open(encoding="utf-8", newline="") as file,
    ):
        connection.execute(sql.SQL("CREATE TABLE bare ({})").format(kinds))
        connection.commit()
        started = time.perf_counter()
        reader = csv.reader(file, delimiter=";")
        next(reader)
        copying = sql.SQL("COPY bare ({}) FROM STDIN").format(names)
        with connection.cursor() as cursor, cursor.copy(copying) as copy:
            for row in reader:
                copy.write_row(row)
        connection.commit()
        seconds = time.perf_counter() - started
    return {"seconds": seconds, "peak_mb": _peak()}


def _peak() -> float:
    # Not getrusage: on Linux its peak starts at the size of the process that started this one.
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def _child(run: str, path: Path, url: str) -> dict[str, float]:
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.import_postings", "--run", run, "--file", str(path)],
        env=child_environment({"ADFLUX_DATABASE_URL": url}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(found.stdout)
    return answer


@contextmanager
def _fresh_database(server: str) -> Iterator[str]:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS benchmark WITH (FORCE)")
        connection.execute("CREATE DATABASE benchmark")
        connection.execute("CHECKPOINT")  # what earlier runs left to write is not this run's time
    yield make_url(server).set(database="benchmark").render_as_string(hide_password=False)


if __name__ == "__main__":
    raise SystemExit(main())
