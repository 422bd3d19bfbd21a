"""The README names tests, faults and calls that exist, and all of them."""

import re
from pathlib import Path

from sandbox.control import ROUTES
from sandbox.faults import KINDS

README = (Path(__file__).parents[2] / "sandbox" / "README.md").read_text(encoding="utf-8")


def test_every_test_it_names_exists() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", README))
    assert len(named) > 40
    assert not [name for name in named if f"def {name}(" not in sources]


def test_every_fault_is_described() -> None:
    assert not [kind for kind in KINDS if f"`{kind}`" not in README]
    for kind, details in KINDS.items():
        [row] = [
            line for line in README.splitlines() if line.startswith("|") and f"`{kind}`" in line.split("|")[1]
        ]
        assert not [name for name in details if f"`{name}`" not in row], kind


def test_every_call_is_described() -> None:
    assert not [f"{method} {path}" for method, path in ROUTES if f"{method} {path}" not in README]
