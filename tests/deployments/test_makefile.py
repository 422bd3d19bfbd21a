"""On a bare machine: one line that says what is missing, and nothing done by halves."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PATH with the shell's own tools, a stranger's user id, and whatever a test adds."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "mkdir", "dirname", "env", "printf", "touch"):
        (tools / name).symlink_to(f"/usr/bin/{name}" if Path(f"/usr/bin/{name}").exists() else f"/bin/{name}")
    program(tools, "id", "echo 1000")
    return tools


def run(script: str, machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / ".ci" / script, *arguments],
        env={"PATH": str(machine)},
        cwd=machine.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_that_is_too_old_is_one_line(machine: Path) -> None:
    program(machine, "python3", 'if [ "$1" = -V ]; then echo Python 3.9.2; else exit 1; fi')
    refused = run("venv", machine, ".venv/.ready")
    assert refused.returncode == 1
    assert refused.stderr == (
        "AdFlux needs Python 3.11, 3.12 or 3.13; found Python 3.9.2. Install one of them.\n"
    )


def test_a_python_that_makes_no_environments_is_one_line(machine: Path) -> None:
    program(
        machine,
        "python3",
        'case "$2" in *package*|*venv\\"*) echo python3.11-venv;; *ensurepip*) exit 1;; esac',
    )
    refused = run("venv", machine, ".venv/.ready")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "install python3.11-venv (Debian, Ubuntu: apt-get install python3.11-venv)" in refused.stderr


def test_without_a_browser_the_tests_say_so_instead_of_skipping(machine: Path) -> None:
    refused = run("chromium", machine)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "apt-get install chromium" in refused.stderr


def test_without_ip_the_tests_say_so_instead_of_skipping(machine: Path) -> None:
    refused = run("iproute2", machine)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "apt-get install iproute2" in refused.stderr


def test_ci_runs_what_a_person_runs() -> None:
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == "make test"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_no_registry_is_named() -> None:
    for name in (
        "Makefile",
        ".ci/venv",
        ".ci/chromium",
        ".ci/iproute2",
        ".ci/run",
        ".pre-commit-config.yaml",
    ):
        assert "://" not in (ROOT / name).read_text()
