"""One running stack for every test here that needs one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import running_stack
from running_stack import Stack

PROBES = Path(__file__).parent / "probes"
CANARY = "EAAcanary0123456789"
# Two minutes, and a right to make hosts: `make torture` has it.
collect_ignore = [] if "ADFLUX_CUT_OFF" in os.environ else ["test_two_hosts.py"]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The one stack, not necessarily up."""
    one = Stack(tmp_path_factory.mktemp("stack") / "a home", probes=PROBES)
    yield one
    if one.process is not None:
        one.end()


@pytest.fixture
def up(stack: Stack) -> Stack:
    """The one stack, up; started only when no test before left it so."""
    if not stack.alive:
        stack.start(META_ACCESS_TOKEN=CANARY, ADFLUX_LOG_FORMAT="json")
        assert stack.alive, stack.wait()[1]
    return stack


@pytest.fixture
def eventually() -> Callable[..., Any]:
    return running_stack.eventually
