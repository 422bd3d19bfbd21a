"""Every fault that can befall the reading of numbers, alone and in pairs: no number lost, no gap unnamed.

A sample here; ADFLUX_READING_FAULTS=1 tells them all (`make torture`).
"""

from __future__ import annotations

import os
import random

import pytest
from troubled_numbers import TALES, troubled

from adflux_core.advertising import PlatformName

EVERY = bool(os.environ.get("ADFLUX_READING_FAULTS"))
SAMPLE = 6
PARTS = 6
SEED = 4067


@pytest.mark.parametrize("part", range(PARTS) if EVERY else [0])
@pytest.mark.parametrize("name", TALES)
def test_every_fault_and_every_two(database_url: str, name: PlatformName, part: int) -> None:
    dice = random.Random(f"{SEED} {name} {part}")  # noqa: S311
    tales = TALES[name][part::PARTS] if EVERY else dice.sample(TALES[name], SAMPLE)
    with troubled(name) as account:
        found = {tale: account.tell(tale, skip=dice.randrange(4)) for tale in tales}
    assert {tale: wrong for tale, wrong in found.items() if wrong} == {}
