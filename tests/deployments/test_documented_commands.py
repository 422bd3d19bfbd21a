"""Whatever the documents tell people to type can be typed, and whatever they watch is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from adflux_core.reports.gauges import MEANS
from deployments.cli import adflux

ROOT = Path(__file__).parents[2]
RUNBOOK = ROOT / "docs" / "operations.md"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# A line of a block, perhaps after cron's time and user.
IN_A_BLOCK = re.compile(r"^(?:[*/\d ]+ \w+ +)?(?:[\w./]*/)?adflux ([a-z].*)$")
IN_A_SENTENCE = re.compile(r"`adflux ([a-z][^`]*)`")


def typed(page: Path) -> list[list[str]]:
    """Of blocks and the runbook's table: the words after `adflux`, as far as they are its own."""
    found, inside, table = [], False, False
    for line in page.read_text().splitlines():
        inside ^= line.startswith("```")
        table = line == "## What to type" if line.startswith("## ") else table
        found += IN_A_BLOCK.findall(line) if inside else IN_A_SENTENCE.findall(line) if table else []
    cut = [re.split(r" (?:\|\||>>?|2>&1) ?", one)[0] for one in found]
    return [shlex.split(one, comments=True) for one in cut]


def named(words: list[str]) -> tuple[str, click.Command, list[str]]:
    """The verb that is meant, and what is left to it. Raises UsageError when there is none."""
    name, command, rest = adflux.resolve_command(click.Context(adflux), [*words])
    while isinstance(command, click.Group) and rest:
        name, command, rest = command.resolve_command(click.Context(command), rest)
    assert name is not None
    assert command is not None
    return name, command, rest


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_command_of_a_page_is_one_of_ours(page: Path) -> None:
    for words in typed(page):
        name, command, rest = named(words)
        command.make_context(name, rest)  # raises on what it does not know, and on what is missing
    for sentence in IN_A_SENTENCE.findall(page.read_text()):
        # With its name alone a verb is spoken of, and so is an option without its value.
        words = re.findall(r"[-\w]+", sentence)
        _, command, _ = named(words)
        known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
        assert {word for word in words if word.startswith("--")} <= known, sentence


def test_the_runbook_s_commands_are_among_them() -> None:
    assert len(typed(RUNBOOK)) > 25


def test_each_number_that_is_watched_is_scraped() -> None:
    section = RUNBOOK.read_text().partition("| worth an alarm |")[2].partition("\n## ")[0]
    watched = set(re.findall(r"\badflux_(\w+)", section))
    assert watched <= MEANS.keys()
    assert len(watched) > 5
