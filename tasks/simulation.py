"""Simulated data is written as files, which the importers then read like any other."""

from __future__ import annotations

from datetime import UTC, datetime

from adflux_core.creative.gemini.client import Gemini
from adflux_core.settings import settings
from adflux_core.simulation.by_model import imagined
from adflux_core.simulation.generating import Files, Order, simulate
from tasks.kinds import external_call


@external_call("simulate data")
def simulate_data(order: Order) -> Files:
    current = settings()
    trades = imagined(order, Gemini()) if current.gemini_api_key else ()
    return simulate(order, current.adflux_home / "simulated", datetime.now(UTC).date(), trades)
