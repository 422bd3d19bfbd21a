"""How fast cards are drawn, beside the least any program could do: encoding as many empty ones."""

from __future__ import annotations

import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from PIL import Image

from adflux_core.creative.card import SIZES, draw_card

CARDS, ROUNDS, AT_ONCE, BOUND = 120, 5, 2, 50.0
TITLES = (
    "Analista de datos",
    "Auxiliar de enfermería para unidad de cuidados intensivos",
    "Senior backend engineer, payments and ledgers",
    "Conductor de camión C2",
)


def ours(number: int) -> int:
    size = list(SIZES.values())[number % len(SIZES)]
    title = f"{TITLES[number % len(TITLES)]} {number}"
    return len(draw_card(title=title, company="Cafés del Sur S.A.S.", place="Bogotá", size=size))


def least(number: int) -> int:
    written = BytesIO()
    size = list(SIZES.values())[number % len(SIZES)]
    Image.new("P", size).save(written, "PNG", compress_level=3)
    return len(written.getvalue())


def a_second(work: object) -> float:
    assert callable(work)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        started = time.perf_counter()
        assert all(pool.map(work, range(CARDS)))
        return CARDS / (time.perf_counter() - started)


def main() -> int:
    rounds = [(a_second(ours), a_second(least)) for _ in range(ROUNDS)]
    cards, empty = (statistics.median(figures) for figures in zip(*rounds, strict=True))
    began = time.process_time()
    assert all(map(ours, range(CARDS)))
    alone = CARDS / (time.process_time() - began)
    print(f"{cards:,.0f} cards a second with {AT_ONCE} threads, {alone:,.0f} a second of one CPU")
    print(f"{empty:,.0f} empty ones a second")
    answer = {
        "name": "card_images",
        "figures": {
            "cards_a_second": round(cards, 1),
            "cards_a_cpu_second": round(alone, 1),
            "empty_a_second": round(empty, 1),
        },
        "ratio": round(cards / BOUND, 3),
        "bound": f"at least {BOUND:.0f} a second",
        "holds": cards >= BOUND,
    }
    print(json.dumps(answer))
    return 0 if answer["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
