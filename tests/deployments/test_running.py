"""One AdFlux per home, and a note that is believed only while its writer lives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from adflux_core.errors import RefusedError
from deployments.running import Running, forget, note, only_one, running


def mine() -> Running:
    return Running(os.getpid(), psutil.Process().create_time(), {"dashboard": "http://127.0.0.1:8501"})


def test_the_second_is_told_who_and_where(tmp_path: Path) -> None:
    with only_one(tmp_path):
        with pytest.raises(RefusedError, match=f"pid {os.getpid()}.*it is starting"), only_one(tmp_path):
            pass
        note(tmp_path, mine())
        with pytest.raises(RefusedError, match=r"dashboard http://127\.0\.0\.1:8501"), only_one(tmp_path):
            pass
    with only_one(tmp_path):
        pass


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    hold = (
        "import sys; from pathlib import Path; from deployments.running import only_one\n"
        "with only_one(Path(sys.argv[1])): print(flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(RefusedError), only_one(tmp_path):
            pass
        other.kill()
    with only_one(tmp_path):
        pass


def test_the_note_of_one_that_is_gone_is_not_believed(tmp_path: Path) -> None:
    assert running(tmp_path) is None
    note(tmp_path, mine())
    assert running(tmp_path) == mine()
    note(tmp_path, Running(os.getpid(), 1.0, {}))  # the same number, another process
    assert running(tmp_path) is None
    (tmp_path / "services.json").write_text("half a no")
    assert running(tmp_path) is None


def test_only_the_writer_s_note_is_removed(tmp_path: Path) -> None:
    note(tmp_path, mine())
    forget(tmp_path, os.getpid() + 1)
    assert running(tmp_path) is not None
    forget(tmp_path, os.getpid())
    assert not (tmp_path / "services.json").exists()
    forget(tmp_path, os.getpid())
