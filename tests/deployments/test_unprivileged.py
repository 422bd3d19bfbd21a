"""A checkout and a home in a private folder, as root's own are, still serve the embedded database."""

from __future__ import annotations

import subprocess
from pathlib import Path

from deployments.embedded_postgres import _as_someone_unprivileged


def test_a_private_folder_can_be_asked_for_and_read(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "postgres").touch(mode=0o700)
    # As initdb does before it starts: access(2), not open(2).
    asked = ["test", "-x", str(private / "postgres")]
    assert subprocess.run([*_as_someone_unprivileged(), *asked], check=False).returncode == 0
