"""The house keeps its own rules: captions, sizes, names, a twin and a page for each platform."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from adflux_core.platforms import REGISTRY
from deployments.house_map import MAP, ROOMS, ROOT, caption, house_map
from deployments.prefect_yaml import read_deployments

MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
DRAWERS = {
    "utils",
    "helpers",
    "common",
    "misc",
    "base",
    "manager",
    "service",
    "handler",
    "processor",
    "models",
}
LONGEST = 300


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_is_short_captioned_and_not_a_drawer(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST
    assert path.stem not in DRAWERS or path.parts[-2] == "sandbox"
    if path.read_text().strip():
        assert caption(path), "the first line of a module says what it is for"


def test_the_map_is_the_house() -> None:
    assert MAP.read_text() == house_map()


def test_nothing_is_left_undone_or_swallowed() -> None:
    marks = re.compile(
        r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|except( Exception| BaseException)?:\s*$", re.MULTILINE
    )
    assert [named(path) for path in MODULES if marks.search(path.read_text())] == []


@pytest.mark.parametrize("name", REGISTRY)
def test_each_platform_has_a_folder_a_twin_and_a_page(name: str) -> None:
    for place in (f"adflux_core/platforms/{name}", f"sandbox/{name}", f"docs/platforms/{name}.md"):
        assert (ROOT / place).exists(), place


def test_every_flow_is_a_file_a_function_and_a_deployment() -> None:
    files = {path.stem for path in (ROOT / "flows").glob("*.py") if path.stem != "__init__"}
    deployed = {one.entrypoint.split(".")[1] for one in read_deployments(ROOT / "prefect.yaml")}
    assert deployed == files
    for stem in files:
        functions = [
            n.name
            for n in ast.parse((ROOT / "flows" / f"{stem}.py").read_text()).body
            if isinstance(n, ast.FunctionDef)
        ]
        assert stem in functions


def test_what_is_locked_is_what_prefect_can_run_with() -> None:
    locked = {
        one["name"]: one["version"]
        for one in tomllib.loads((ROOT / "uv.lock").read_text())["package"]
        if "version" in one
    }
    assert (0, 139) <= tuple(map(int, locked["fastapi"].split(".")[:2])) < (0, 151)
    # The floors below which each has a published vulnerability.
    floors = {"prefect": (3, 6, 28), "streamlit": (1, 54, 0), "starlette": (1, 1, 0)}
    assert all(tuple(map(int, locked[name].split(".")[:3])) >= floor for name, floor in floors.items())


def test_the_project_speaks_of_itself_alone() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    foreign = re.compile(r"/" + r"work/|bash_" + r"jobs|pypi\.(?!org/(simple|project))")
    told = [
        name
        for name in listed.splitlines()
        if name != "uv.lock" and (ROOT / name).is_file() and _reads(ROOT / name, foreign)
    ]
    assert told == []


def _reads(path: Path, pattern: re.Pattern[str]) -> bool:
    try:
        return bool(pattern.search(path.read_text()))
    except UnicodeDecodeError:
        return False


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_readme_names_the_two_commands(command: str) -> None:
    assert command in (ROOT / "README.md").read_text()
