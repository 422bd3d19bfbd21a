"""Segments as three nights leave them, written straight into the tables: no test of a screen has to train."""

from __future__ import annotations

import json

from sqlalchemy import text
from sqlalchemy.orm import Session

SEGMENTS = (
    ("Auxiliar de bodega · picking", "Warehouse assistant · picking", 2100),
    ("Analista de datos · *sql* $5", "Data analyst · *sql* $5", 1400),
    ("Estudios altos · experiencia larga", "Higher education · long experience", 700),
)
FIGURES = [
    {"k": k, "stability": 0.9, "silhouette": 0.2, "explained": k / 20, "beyond_chance": 0.1}
    for k in (2, 3, 4)
]
PROXIES = [
    {"feature": "education", "attribute": "gender", "group": "f", "auc": 0.71, "verdict": "warns"},
]
IMPACTS = [
    {
        "cluster": 0,
        "attribute": "gender",
        "group": "f",
        "people": 2000,
        "ratio": 0.61,
        "low": 0.55,
        "high": 0.68,
        "p": 0.0,
        "verdict": "adverse",
    },
    {
        "cluster": 1,
        "attribute": "health",
        "group": "x",
        "people": 12,
        "ratio": None,
        "low": None,
        "high": None,
        "p": None,
        "verdict": "insufficient data",
    },
]
TRAITS = [
    {"feature": "occupation", "word": "auxiliar de bodega", "share": 0.9, "lift": 3.2, "median": None,
     "everybody": None, "strength": 1.5},
    {"feature": "years_experience", "word": None, "share": None, "lift": None, "median": 3.0,
     "everybody": 6.5, "strength": 0.6},
]  # fmt: skip


def fill_segments(session: Session) -> None:
    """Two versions that found three segments, and a newer one that was refused."""
    for spanish, english, _ in SEGMENTS:
        session.execute(
            text("""INSERT INTO adflux.segment (name_es, name_en, description_es, description_en)
                    VALUES (:es, :en, 'Se distinguen por: bodega.', 'What sets them apart: warehouse.')"""),
            {"es": spanish, "en": english},
        )
    for kept in (None, 0.98):
        _fill_version(session, kept)
    session.execute(
        text("""INSERT INTO adflux.segment_version (state, candidates, parameters, card)
                VALUES ('refused', 12, '{}', '{"refused": "too_few_people", "figures": []}')""")
    )


def _fill_version(session: Session, kept: float | None) -> None:
    card = {
        "why": "smallest_of_best",
        "features": [{"name": "occupation"}],
        "figures": FIGURES,
        "compared": [
            {
                "algorithm": "kmeans",
                "k": 3,
                "separation": 0.21,
                "stability": 0.97,
                "balance": 0.9,
                "unassigned": 0.0,
            },
            {
                "algorithm": "hdbscan",
                "k": 0,
                "separation": None,
                "stability": 1.0,
                "balance": None,
                "unassigned": 1.0,
            },
        ],
        "drift": {"kept_identity": kept, "size_stability_index": 0.01},
        "map": {
            "centres": [[0, 0], [3, 1], [1, 4]],
            "cells": [
                [at + step / 4, at * 0.7 + step / 5, at, 12 + step] for at in range(3) for step in range(9)
            ],
        },
    }
    version = session.execute(
        text("""INSERT INTO adflux.segment_version (state, candidates, k, parameters, card, model, model_hash)
                VALUES ('fitted', 4200, 3, '{}', CAST(:card AS jsonb), 'x', 'x') RETURNING id"""),
        {"card": json.dumps(card)},
    ).scalar_one()
    session.execute(
        text("""INSERT INTO adflux.fairness_report (version_id, proxies, four_fifths)
                VALUES (:version, CAST(:proxies AS jsonb), CAST(:four_fifths AS jsonb))"""),
        {"version": version, "proxies": json.dumps(PROXIES), "four_fifths": json.dumps(IMPACTS)},
    )
    for cluster, (_, _, size) in enumerate(SEGMENTS):
        session.execute(
            text("""INSERT INTO adflux.segment_in_version
                    VALUES (:version, :cluster, :segment, :size, CAST(:profile AS jsonb))"""),
            {
                "version": version,
                "cluster": cluster,
                "segment": cluster + 1,
                "size": size,
                "profile": json.dumps({"traits": TRAITS}),
            },
        )
    session.execute(
        text(
            """INSERT INTO adflux.segment_event (version_id, kind, segment_id, detail)
                VALUES (:id, 'split', 1, '{}')"""
        ),
        {"id": version},
    )
