"""What an installation is made of can be told to whoever looks for a known weakness in it."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.whole


def test_the_list_names_every_library_of_an_installation_and_its_version() -> None:
    subprocess.run(["make", "sbom"], cwd=ROOT, check=True, capture_output=True, timeout=120)
    told = json.loads((ROOT / "dist" / "adflux.cdx.json").read_text())
    assert (told["bomFormat"], told["metadata"]["component"]["name"]) == ("CycloneDX", "adflux")
    listed = {(one["name"], one["version"]): one["purl"] for one in told["components"]}
    assert all(purl == f"pkg:pypi/{name}@{version}" for (name, version), purl in listed.items())
    locked = {
        (one["name"], one["version"])
        for one in tomllib.loads((ROOT / "uv.lock").read_text())["package"]
        if "version" in one
    }
    assert set(listed) <= locked
    direct = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {one.partition("[")[0].partition("=")[0].partition(">")[0] for one in direct}
    assert names <= {name for name, _ in listed}
