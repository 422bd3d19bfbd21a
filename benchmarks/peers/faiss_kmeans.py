"""faiss's K-means on a matrix, in an environment of its own: it does not share our locked set.

    uv run --script benchmarks/peers/faiss_kmeans.py MATRIX.npy K

Trained as faiss does by itself (on a sample of the rows), then every row gets its group. Prints one JSON
object: the seconds of both together.
"""
# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["faiss-cpu>=1.12", "numpy>=2"]
# ///

from __future__ import annotations

import json
import sys
import time

import faiss
import numpy as np


def main(path: str, k: int) -> None:
    """Train, assign, and say how long it took."""
    matrix = np.load(path)
    started = time.perf_counter()
    kmeans = faiss.Kmeans(matrix.shape[1], k, niter=25, nredo=1, seed=1)
    kmeans.train(matrix)
    _, groups = kmeans.index.search(matrix, 1)
    seconds = time.perf_counter() - started
    if len(np.unique(groups)) != k:
        raise SystemExit("faiss left a group empty, so its time means nothing")
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
