"""The guard finds what carries the mark, wherever it hid, and leaves everybody else alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deployments.guard import MARK, end_marked, marked

# A process that starts another in a session of its own and dies: nobody's child, in nobody's group.
ORPHAN = """
import subprocess, sys
print(subprocess.Popen(["sleep", "300"], start_new_session=True, stdout=subprocess.DEVNULL).pid)
"""


@pytest.fixture
def bystander() -> Iterator[int]:
    with subprocess.Popen(["sleep", "300"]) as process:
        yield process.pid
        process.kill()


def orphan(mark: str) -> int:
    made = subprocess.run(
        [sys.executable, "-c", ORPHAN], env={**os.environ, MARK: mark}, stdout=subprocess.PIPE, check=True
    )
    return int(made.stdout)


def test_an_orphan_in_its_own_session_is_ended_and_a_bystander_is_not(bystander: int) -> None:
    one, other = orphan("/a/home#1-aa"), orphan("/a/home#2-bb")
    assert [process.pid for process in marked("/a/home#1-aa")] == [one]
    end_marked("/a/home#1-aa")
    assert marked("/a/home#1-aa") == []
    assert [process.pid for process in marked("/a/home#")] == [other]
    end_marked("/a/home#")
    assert marked("/a/home#") == []
    assert psutil.pid_exists(bystander)


def test_it_acts_when_the_pipe_closes_and_not_before(tmp_path: Path) -> None:
    mark = f"{tmp_path}#3-cc"
    guard = subprocess.Popen(
        [sys.executable, "-m", "deployments.guard", str(tmp_path), mark, "1"], stdin=subprocess.PIPE
    )
    left = orphan(mark)
    assert guard.poll() is None
    assert psutil.pid_exists(left)
    assert guard.stdin is not None
    guard.stdin.close()
    assert guard.wait(20) == 0
    assert marked(mark) == []
