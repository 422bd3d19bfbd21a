"""Write docs/house_map.md from the captions of the modules; `--check` says whether it is up to date."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
MAP = ROOT / "docs" / "house_map.md"
ROOMS = ("flows", "tasks", "adflux_core", "dashboard", "deployments", "sandbox", "benchmarks")
HEAD = """# The house

Flows say when. Tasks say how it survives. `adflux_core` says what is true. The dashboard looks and asks.
The sandbox pretends to be the world, and nobody knows it.

Written by `make map` from the first line of each module.
"""


def caption(path: Path) -> str:
    """The first line of the module's docstring; empty where there is none."""
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    return text.partition("\n")[0]


def house_map() -> str:
    """The whole page."""
    parts = [HEAD]
    for room in ROOMS:
        parts.append(f"\n## {room}/\n\n{caption(ROOT / room / '__init__.py')}\n")
        lines = [
            f"| `{path.relative_to(ROOT / room)}` | {caption(path)} |"
            for path in sorted((ROOT / room).rglob("*.py"))
            if path.name != "__init__.py"
        ]
        parts.append("\n| file | |\n|---|---|\n" + "\n".join(lines) + "\n")
    return "".join(parts)


def main() -> None:
    if "--check" not in sys.argv[1:]:
        MAP.write_text(house_map())
    elif not MAP.exists() or MAP.read_text() != house_map():
        click.echo("docs/house_map.md is out of date: run `make map`", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
