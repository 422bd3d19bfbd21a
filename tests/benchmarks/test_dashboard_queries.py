"""No page asks anything that the benchmark of its waiting does not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import dashboard
from adflux_core import reports
from benchmarks import dashboard_queries


def asked_by_pages() -> Iterator[str]:
    """Every question of `reports` named anywhere in the dashboard, but for the kinds of its rows."""
    for file in Path(dashboard.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.value.id == "reports" and callable(getattr(reports, node.attr)):
                    yield node.attr
            elif isinstance(node, ast.ImportFrom) and node.module == "adflux_core.reports":
                yield from (one.name for one in node.names if one.name.islower())


def listed() -> Iterator[str]:
    """The names of the questions, from the keys that the benchmark gives them."""
    for node in ast.walk(ast.parse(Path(dashboard_queries.__file__).read_text())):
        if isinstance(node, ast.FunctionDef) and node.name == "questions":
            yield from (
                one.attr
                for one in ast.walk(node)
                if isinstance(one, ast.Attribute)
                and isinstance(one.value, ast.Name)
                and one.value.id == "reports"
            )


def test_the_benchmark_asks_whatever_a_page_asks() -> None:
    asked = set(asked_by_pages())
    assert "campaigns" in asked
    assert asked - set(listed()) == set()
