"""The recipe of docs/new_platform.md, followed for a toy in a copy of the project: nothing else is to do."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from platform_world import PlatformWorld

from adflux_core.advertising import AdPlatform

ROOT = Path(__file__).parents[3]
RECIPE = (ROOT / "docs" / "new_platform.md").read_text()
TOY = Path(__file__).parent / "toy"
PATIENCE = 300  # seconds

# What is new, and where it goes.
NEW = {
    "adapter": "adflux_core/platforms/toy",
    "twin": "sandbox/toy",
    "page.md": "docs/platforms/toy.md",
}
MAP = "docs/house_map.md"  # `make map` writes it
NAME = '    TOY = "toy"\n'
LINE = """\
    PlatformName.TOY: Registered("adflux_core.platforms.toy.adapter:ToyPlatform", "toy_account_id"),
"""
SETTINGS = """\
    toy_url: str | None = Field(default=None, description="Where the toy is, or its twin.")
    toy_token: SecretStr | None = Field(default=None, description="What opens the account.")
    toy_account_id: str | None = Field(default=None, description="The ad account.")
"""
EXAMPLE = """
# The toy: where it is, or its twin.
# TOY_URL=
# What opens the account.
# TOY_TOKEN=
# The ad account.
# TOY_ACCOUNT_ID=
"""


def world_class() -> str:
    """The class alone: where it goes, what it needs is imported."""
    source = (TOY / "world.py").read_text()
    (one,) = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    return f"{ast.get_source_segment(source, one)}\n\n\n"


# What is put into a file that is there: behind which of its words.
EDITS = {
    "adflux_core/advertising.py": ((r"class PlatformName.*?\n(?=\n\n)", NAME),),
    "adflux_core/platforms/__init__.py": ((r"REGISTRY: .*?\n(?=\}\n)", LINE),),
    "adflux_core/settings.py": ((r"class Settings.*?\n(?=\n    def )", SETTINGS),),
    ".env.example": ((r".*\Z", EXAMPLE),),
    "tests/worlds/platform_worlds.py": (
        (r"\n(?=WORLDS: )", world_class()),
        (r"\nWORLDS: .*?\n(?=\}\n)", "    PlatformName.TOY: ToyWorld,\n"),
    ),
}
SUITE = [str(one.relative_to(ROOT)) for one in sorted(Path(__file__).parent.glob("test_every_platform*.py"))]
OTHERS = (
    "tests/test_house.py",
    "tests/adflux_core/test_settings.py",
    "tests/adflux_core/platforms/test_configured.py",
)
# Which of them a new platform can break; each module and place of the toy has a test there by its name.
CHOSEN = "toy or has_a_world or the_map or undone or of_itself or the_example or is_registered or no_account"
HOUSE = {
    "test_each_platform_has_a_folder_a_twin_and_a_page[toy]",
    *(
        f"test_a_module_is_short_captioned_and_not_a_drawer[{place}/{path.name}]"
        for ours, place in NEW.items()
        for path in sorted((TOY / ours).glob("*.py"))
    ),
    "test_the_map_is_the_house",
    "test_nothing_is_left_undone_or_swallowed",
    "test_the_project_speaks_of_itself_alone",
    "test_the_example_lists_every_setting_once_with_a_comment",
    "test_every_platform_is_registered",
    "test_no_account_at_all_says_what_to_set",
}
LOOK = """
import sys
import adflux_core.platforms.toy.adapter, dashboard.naming, deployments.verbs, sandbox.toy.server
ours = ("adflux_core", "dashboard", "deployments", "sandbox", "tasks", "flows")
print(*(one.__file__ for name, one in sys.modules.items() if name.partition(".")[0] in ours), sep="\\n")
print(*deployments.verbs.PLATFORMS)
print(dashboard.naming.platform("toy"))
"""


def run(*command: str, cwd: Path) -> str:
    """What it prints; the test fails with that when the command does."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def python(*arguments: str, cwd: Path) -> str:
    """This interpreter, which imports from where it starts before it looks anywhere else."""
    return run(sys.executable, *arguments, cwd=cwd)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own files and nothing else; what they were is remembered."""
    folder = tmp_path_factory.mktemp("project")
    for name in run("git", "ls-files", "-z", cwd=ROOT).split("\0"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    run("git", "init", "-q", cwd=folder)
    run("git", "add", "-A", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def followed(copy: Path) -> Path:
    """The copy, after exactly what the recipe says."""
    for ours, place in NEW.items():
        if (TOY / ours).is_dir():
            shutil.copytree(TOY / ours, copy / place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(TOY / ours, copy / place)
    for name, edits in EDITS.items():
        for behind, text in edits:
            put(copy / name, behind, text)
    python("-m", "deployments.house_map", cwd=copy)
    return copy


def put(path: Path, behind: str, text: str) -> None:
    before = path.read_text()
    found = re.search(behind, before, re.DOTALL)
    assert found, f"{path.name} has no {behind}"
    path.write_text(before[: found.end()] + text + before[found.end() :])


def test_the_recipe_says_what_a_platform_and_its_world_owe() -> None:
    methods = [name for name in vars(AdPlatform) if not name.startswith("_")]
    faults = [name for name in PlatformWorld.__annotations__ if name != "name"]
    owed = [*methods, *AdPlatform.__annotations__, *PlatformWorld.__abstractmethods__, *faults]
    assert [name for name in owed if f"`{name}`" not in RECIPE] == []


@pytest.mark.whole
def test_the_recipe_names_every_file_that_is_touched(followed: Path) -> None:
    touched = run("git", "diff", "--name-only", cwd=followed).split()
    assert set(touched) == {*EDITS, MAP}
    made = run("git", "ls-files", "--others", "--exclude-standard", cwd=followed).split()
    assert [name for name in made if not name.startswith(tuple(NEW.values()))] == []
    said = RECIPE.replace("NAME", "toy")
    assert [place for place in (*touched, *NEW.values()) if f"`{place}" not in said] == []


@pytest.mark.whole
def test_lines_are_added_and_none_is_changed(followed: Path) -> None:
    lines = run("git", "diff", "--numstat", cwd=followed).splitlines()
    changed = {name: (int(more), int(less)) for more, less, name in (line.split("\t") for line in lines)}
    assert {less for _, less in changed.values()} == {0}
    for name, edits in EDITS.items():
        assert changed[name][0] == sum(text.count("\n") for _, text in edits), name
    assert changed["adflux_core/advertising.py"] == changed["adflux_core/platforms/__init__.py"] == (1, 0)


@pytest.mark.whole
def test_it_is_the_copy_that_is_tried_and_it_knows_the_toy(followed: Path) -> None:
    *places, offered, called = python("-c", LOOK, cwd=followed).splitlines()
    assert [place for place in places if not Path(place).is_relative_to(followed)] == []
    assert {str(followed / NEW[ours] / "__init__.py") for ours in ("adapter", "twin")} < set(places)
    assert "toy" in offered.split()
    assert called == "Toy"


@pytest.mark.whole
def test_the_toy_passes_what_every_platform_passes(followed: Path) -> None:
    run("git", "add", "-A", cwd=followed)  # the house looks at what belongs to the project
    told = python(
        *("-m", "pytest", "-vv", "-p", "no:cacheprovider", "-k", CHOSEN), *SUITE, *OTHERS, cwd=followed
    )
    passed = re.findall(r"^(\S+)::(\w+)(\S*) PASSED", told, re.MULTILINE)
    suite = "".join((ROOT / one).read_text() for one in SUITE)
    asked = set(re.findall(r"def (test_\w+)\(\s*here: PlatformWorld", suite))
    assert {name for place, name, _ in passed if place in SUITE} == asked | {"test_each_platform_has_a_world"}
    assert {of for place, _, of in passed if place in SUITE and not of.startswith("[toy")} == {""}
    assert {f"{name}{of}" for place, name, of in passed if place in OTHERS} >= HOUSE


@pytest.mark.whole
def test_the_copy_is_as_clean_as_the_house(followed: Path) -> None:
    python("-m", "ruff", "check", "--quiet", "--no-cache", cwd=followed)
    python("-m", "ruff", "format", "--check", "--quiet", "--no-cache", cwd=followed)
    run(str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache", cwd=followed)
