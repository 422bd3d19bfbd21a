"""How fast a million candidates become segments, beside the bare parts: COPY out, a matrix, K-means, COPY in.

`python -m benchmarks.segment_candidates` alternates both, each run in a fresh process on the same base. The
bare parts: COPY of the feature columns; the leanest matrix of the same features (pandas, a column a word);
K-means on all of it, scikit-learn's full or in mini-batches or faiss's, whichever is fastest; COPY of the
assignments into a table like ours. It also says what choosing k in 2..12 costs beside scikit-learn's K-means
of everybody (our own fit of a sample takes a fraction of that), and compares the peak memory with that of
three times as many. The last line is one JSON object; exit 1 if a bound is broken.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import psycopg
from sklearn.cluster import KMeans, MiniBatchKMeans

from adflux_core import database
from adflux_core.segmentation import choosing, pipeline, training
from adflux_core.settings import child_environment, settings
from deployments.embedded_postgres import embedded_postgres

PEOPLE, TIMES = 1_000_000, 3
ROUNDS = 2
K = 5
ROOT = Path(__file__).parents[1]
PEER = ROOT / "benchmarks/peers/faiss_kmeans.py"
BOUND, CHOOSING_BOUND, MEMORY_BOUND_MB, FLAT = 1.5, 1.0, 1536, 1.15
# The base: five groups whose features have to do with each other, made where they are needed.
FILL = """
    INSERT INTO adflux.candidate (source, external_id, retain_until, city, country, years_experience,
        relevant_experience, education, occupation, seniority, skills, salary_expectation, salary_currency,
        training_hours)
    SELECT 'benchmark', number, '2099-01-01',
        (ARRAY['Bogotá', 'Medellín', 'Cali', 'Pasto'])[1 + floor(a * 4)],
        'CO', least(45, greatest(0, (ARRAY[3, 5, 8, 10, 18])[one] + 5 * (b - 0.5))), c < 0.7,
        (ARRAY['secondary', 'technical', 'bachelor', 'master'])[least(4, 1 + one / 2 + round(d))],
        CASE WHEN e < 0.9
            THEN (ARRAY['auxiliar', 'analista', 'desarrolladora', 'enfermera', 'gerente'])[one] END,
        (ARRAY['junior', 'mid', 'senior', 'lead'])[least(4, 1 + one / 2 + round(b))],
        ARRAY['comunicación', (ARRAY['picking', 'sql', 'git', 'uci', 'crm'])[one]],
        round((1e6 * (ARRAY[1.4, 5, 8, 3.8, 12])[one] * (0.8 + 0.4 * d))::numeric, 0), 'COP',
        CASE WHEN a < 0.6 THEN floor(e * 200) END
    FROM (SELECT number, 1 + floor(random() * 5)::int AS one, random() AS a, random() AS b, random() AS c,
                 random() AS d, random() AS e FROM generate_series(1, {people}) AS number) AS drawn
"""
NUMBERS = ("years_experience", "training_hours", "salary_expectation")
WORDS = ("relevant_experience", "education", "occupation", "seniority", "city", "skills")
OUT = f"""
    COPY (SELECT id, {", ".join(NUMBERS)}, {", ".join(WORDS[:-1])}, array_to_string(skills, ' ')
          FROM adflux.candidate ORDER BY id) TO STDOUT (FORMAT csv)
"""  # noqa: S608 - our own column names


def main() -> int:
    """Run everything, or, as a child, one measured run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", choices=["ours", "bare", "choosing"])
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    if chosen.run:
        print(json.dumps({"ours": _ours, "bare": _bare, "choosing": _choosing}[chosen.run]()))
        return 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return _compare(Path(folder), chosen.people, chosen.rounds)


def _compare(folder: Path, people: int, rounds: int) -> int:
    runs: dict[str, list[dict[str, float]]] = {"ours": [], "bare": []}
    with embedded_postgres(folder) as server:
        _fill(server, people)
        for _ in range(rounds):
            for kind, found in runs.items():
                found.append(_child(kind, server))
                print({kind: found[-1]}, flush=True)
        choosing_cost = _child("choosing", server)
        _fill(server, (TIMES - 1) * people)
        more = _child("ours", server)
    seconds = {kind: median(run["seconds"] for run in found) for kind, found in runs.items()}
    peak = median(run["peak_mb"] for run in runs["ours"])
    ratio = seconds["ours"] / seconds["bare"]
    flat = more["peak_mb"] / peak
    # Beside the fit of everybody: ours is of a sample, and far cheaper than to choose.
    choosing_ratio = choosing_cost["choosing"] / median(run["scikit_learn"] for run in runs["bare"])
    holds = (
        ratio <= BOUND
        and choosing_ratio <= CHOOSING_BOUND
        and more["peak_mb"] <= MEMORY_BOUND_MB
        and flat <= FLAT
    )
    parts = {
        f"bare_{name}": round(median(run[name] for run in runs["bare"]), 2)
        for name in ("copy_out", "matrix", "kmeans", "copy_in", "faiss", "scikit_learn")
    }
    figures = {
        "people": people,
        "ours_seconds": round(seconds["ours"], 2),
        "bare_seconds": round(seconds["bare"], 2),
        **parts,
        "choosing_seconds": round(choosing_cost["choosing"], 2),
        "fit_of_the_sample_seconds": round(choosing_cost["fit"], 2),
        "choosing_ratio": round(choosing_ratio, 2),
        "peak_mb": round(peak),
        f"ours_seconds_{TIMES * people}": round(more["seconds"], 2),
        f"peak_mb_{TIMES * people}": round(more["peak_mb"]),
    }
    answer = {
        "name": "segment_candidates",
        "figures": figures,
        "ratio": round(ratio, 2),
        "bound": BOUND,
        "choosing_bound": CHOOSING_BOUND,
        "memory_bound_mb": MEMORY_BOUND_MB,
        "memory_grows": round(flat, 2),
        "holds": holds,
    }
    print(json.dumps(answer))
    return 0 if holds else 1


def _fill(url: str, people: int) -> None:
    with _database(url), database.autocommit() as connected:
        last = connected.exec_driver_sql("SELECT coalesce(max(id), 0) FROM adflux.candidate").scalar_one()
        connected.exec_driver_sql("SELECT setseed(0.5)")
        connected.exec_driver_sql(
            FILL.format(people=people).replace("number, '2099", f"number + {last}, '2099")
        )
        connected.exec_driver_sql("VACUUM ANALYZE adflux.candidate")


@contextmanager
def _database(url: str) -> Iterator[None]:
    from adflux_core.settings import apply_environment

    apply_environment({"ADFLUX_DATABASE_URL": url})
    database.migrate()
    yield


def _ours() -> dict[str, float]:
    began = time.perf_counter()
    found = training.segment_candidates(k_range=(K, K))
    seconds = time.perf_counter() - began
    if found.k != K or sum(one.size for one in found.segments) != found.candidates:
        raise SystemExit(f"the segments are wrong, so their time means nothing: {found.refused}")
    return {"seconds": seconds, "peak_mb": _peak()}


def _bare() -> dict[str, float]:
    url = settings().adflux_database_url
    assert url is not None
    with psycopg.connect(url.get_secret_value()) as connection:
        copied, copy_out = _timed(lambda: _copy_out(connection))
        (ids, matrix), encode = _timed(lambda: _matrix(copied))
        fits = [
            _timed(lambda kind=kind: kind(K, n_init=1, random_state=0).fit_predict(matrix))  # type: ignore[misc]
            for kind in (KMeans, MiniBatchKMeans)
        ]
        labels, kmeans = min(fits, key=lambda one: one[1])
        faiss = _faiss(matrix)
        _, copy_in = _timed(lambda: _copy_in(connection, ids, labels))
        connection.rollback()
    parts = {"copy_out": copy_out, "matrix": encode, "kmeans": min(kmeans, faiss), "copy_in": copy_in}
    return {
        "seconds": sum(parts.values()),
        **parts,
        "faiss": faiss,
        "scikit_learn": kmeans,
        "peak_mb": _peak(),
    }


def _faiss(matrix: Any) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "matrix.npy"
        np.save(path, matrix)
        found = subprocess.run(
            [ROOT / ".uv/bin/uv", "run", "--quiet", "--script", PEER, path, str(K)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return float(json.loads(found.stdout)["seconds"])


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    done = work()
    return done, time.perf_counter() - began


def _copy_out(connection: psycopg.Connection) -> bytes:
    with connection.cursor() as cursor, cursor.copy(OUT.encode()) as copy:
        return b"".join(bytes(block) for block in copy)


def _matrix(copied: bytes) -> tuple[Any, Any]:
    kinds = dict.fromkeys(WORDS, "category") | dict.fromkeys(NUMBERS, "float32")
    people = pd.read_csv(io.BytesIO(copied), names=["id", *NUMBERS, *WORDS], dtype=kinds)
    columns = []
    for name in NUMBERS:
        known = people[name].fillna(people[name].median()).to_numpy()
        columns.append(((known - known.mean()) / known.std())[:, None])
    for name in WORDS:
        codes = people[name].cat.codes.to_numpy()
        marked = np.zeros((len(codes), len(people[name].cat.categories)), np.float32)
        rows = np.flatnonzero(codes >= 0)
        marked[rows, codes[rows]] = 1
        columns.append(marked)
    return people["id"].to_numpy(), np.hstack(columns).astype(np.float32)


def _copy_in(connection: psycopg.Connection, ids: Any, labels: Any) -> None:
    connection.execute("CREATE TABLE bare (LIKE adflux.segment_member INCLUDING ALL)")
    text = pd.DataFrame({"version": 1, "id": ids, "label": labels}).to_csv(
        sep="\t", header=False, index=False
    )
    with connection.cursor() as cursor, cursor.copy("COPY bare FROM STDIN") as copy:
        copy.write(text)


def _choosing() -> dict[str, float]:
    from datetime import date

    from adflux_core.segmentation import reading
    from adflux_core.segmentation.space import ALLOWED, learn_space

    with database.connection() as source:
        people = reading.read_sample(source, tuple(ALLOWED), date(2026, 1, 1), training.LARGEST_SAMPLE)
    space = learn_space(people, tuple(ALLOWED))
    matrix = space.encode(people)
    choice, chosen = _timed(lambda: choosing.choose_k(matrix, space, range(2, 13), training.SEED))
    k = choice.k or K
    _, fit = _timed(lambda: pipeline.fit_model(space, matrix, k, training.SEED, None))
    return {"choosing": chosen, "fit": fit, "k": k, "peak_mb": _peak()}


def _peak() -> float:
    # Not getrusage: on Linux its peak starts at the size of the process that started this one.
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def _child(run: str, url: str) -> dict[str, float]:
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.segment_candidates", "--run", run],
        # Threads that wait for each other make room meanwhile: beside other programs the peer took minutes.
        env=child_environment({"ADFLUX_DATABASE_URL": url, "OMP_WAIT_POLICY": "PASSIVE"}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(found.stdout)
    return answer


if __name__ == "__main__":
    raise SystemExit(main())
