"""A form from a deployment's own parameter schema: one widget for each parameter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from dashboard.words import mark, plain, say

# Prefect's schema names a parameter and says nothing more; what a person should know of it stands here.
PARAMETERS = {
    "file": (mark("File"), mark("Path of the file, on the machine where the work is done.")),
    "source": (
        mark("Source"),
        mark("A short name for where the file comes from. Its numbers count within it."),
    ),
    "format": (mark("Format"), mark("Empty: read from the file itself.")),
    "mapping": (mark("Mapping"), mark("A TOML file that names the columns. Empty: by their headings.")),
    "currency": (mark("Currency"), mark("What a bare $ means in this file, such as COP.")),
    "full": (
        mark("Complete feed"),
        mark("The file holds all open postings: what is absent twice in a row is closed."),
    ),
    "force": (mark("Force"), mark("Accept a complete feed that has shrunk by more than half.")),
    "language": (
        mark("Language"),
        mark("The language it is written in. Empty, where that is possible: Spanish and English."),
    ),
    "city": (mark("City"), mark("Empty: any of the country.")),
    "sector": (mark("Industry"), mark("retail, logistics, health or technology. Empty: any.")),
    "postings_count": (mark("Postings"), mark("How many to make.")),
    "candidates_count": (mark("Candidates"), mark("How many to make.")),
    "seed": (mark("Seed"), mark("The same seed makes the same data.")),
    "posting_ids": (
        mark("Postings"),
        mark("Their numbers, separated by commas. Empty: all open ones without words."),
    ),
    "variants": (mark("Variants"), mark("How many different ads for each platform and language.")),
    "segment": (
        mark("Segment"),
        mark("For whom: the number of a segment. Empty: for everybody."),
    ),
    "postings": (mark("Postings"), mark("Their numbers, separated by commas.")),
    "budget": (
        mark("Budget"),
        mark("Of each campaign for its whole life, such as COP 800000, without thousands marks."),
    ),
    "duration_days": (mark("Days it runs"), mark("Each campaign ends by itself after so many days.")),
    "start": (mark("First day of the campaign"), mark("Empty: tomorrow, in the account's calendar.")),
    "accounts": (
        mark("Ad accounts"),
        mark("Their numbers, at most one of each platform. Empty: the only one it has."),
    ),
    "plan_id": (mark("Plan"), mark("The number of an approved plan.")),
    "audience_id": (mark("Audience"), mark("The number of one audience. Empty: all of them.")),
    "publication_id": (mark("Publication"), mark("The number of one publication. Empty: all of them.")),
    "platform": (mark("Platform"), mark("Empty: every platform.")),
    "account": (mark("Ad account"), mark("Its number at the platform, such as act_123. Empty: every one.")),
    "since": (mark("First day"), mark("Empty: as many days as are asked for, up to the last.")),
    "days": (mark("Days"), mark("How many whole days to read when the first is empty.")),
    "until": (mark("Last day"), mark("Empty: yesterday.")),
    "as_of": (
        mark("As known on"),
        mark("An instant such as 2026-10-31T07:00:00-05:00. Empty: what is known now."),
    ),
    "fewest": (mark("Fewest segments"), mark("The smallest number of segments to try.")),
    "most": (mark("Most segments"), mark("The largest number of segments to try.")),
    "features": (mark("Features"), mark("What may count. Empty: everything that is allowed.")),
    "sample": (mark("Sample"), mark("On how many candidates to train. All of them are assigned.")),
    "today": (mark("Today"), mark("The account's day to work on. Empty: what its calendar says.")),
}


def ask_parameters(
    schema: Mapping[str, Any], defaults: Mapping[str, Any], *, key: str
) -> tuple[dict[str, Any], list[str]]:
    """Draw the widgets; what was filled in, JSON-ready, and what is still wrong with it."""
    answers: dict[str, Any] = {}
    problems: list[str] = []
    required = set(schema.get("required", ()))
    fields = sorted(schema.get("properties", {}).items(), key=lambda item: item[1].get("position", 0))
    for name, described in fields:
        kind = _resolved(described, schema)
        label, about = words_of(name, described)
        default = defaults.get(name, described.get("default"))
        value = _widget(
            label if name not in required else f"{label} *",
            kind,
            default,
            about=about,
            key=f"{key}-{name}",
        )
        if value is None:
            if name in required:
                problems.append(say("{field} is missing.", field=label))
            continue
        pattern = kind.get("pattern")
        if pattern and not re.search(pattern, str(value)):
            problems.append(say("{field} is not written as it should be.", field=label))
        answers[name] = value
    return answers, problems


def words_of(name: str, described: Mapping[str, Any]) -> tuple[str, str | None]:
    """The label of a parameter, and what a person should know of it."""
    if name in PARAMETERS:
        label, about = PARAMETERS[name]
        return say(label), say(about)
    return plain(name.replace("_", " ").capitalize()), plain(described.get("description")) or None


def _resolved(described: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of the value itself: through a reference, and without the null of an optional one."""
    options = described.get("anyOf") or described.get("allOf") or [described]
    one: Mapping[str, Any] = next((option for option in options if option.get("type") != "null"), {})
    if "$ref" in one:
        found = schema.get("definitions", {}).get(one["$ref"].rsplit("/", 1)[-1], {})
        return {**found, **{name: value for name, value in one.items() if name != "$ref"}}
    return dict(one)


def _widget(label: str, kind: Mapping[str, Any], default: Any, *, about: str | None, key: str) -> Any:
    if "enum" in kind:
        options = list(kind["enum"])
        index = options.index(default) if default in options else None
        return st.selectbox(label, options, index=index, placeholder=say("Any"), help=about, key=key)
    match kind.get("type"), kind.get("format"):
        case "boolean", _:
            return st.checkbox(label, value=bool(default), help=about, key=key)
        case "integer", _:
            return st.number_input(
                label,
                value=default,
                min_value=kind.get("minimum"),
                max_value=kind.get("maximum"),
                step=1,
                format="%d",
                help=about,
                key=key,
            )
        case "number", _:
            return st.number_input(label, value=default, help=about, key=key)
        case _, "date":
            chosen = st.date_input(label, value=_day(default), format="DD/MM/YYYY", help=about, key=key)
            return chosen.isoformat() if isinstance(chosen, date) else None
        case "array", _:
            return _several(label, kind.get("items", {}), default, about=about, key=key)
    written = st.text_input(
        label, value=default or "", max_chars=kind.get("maxLength"), help=about, key=key
    ).strip()
    return written or None


def _several(label: str, item: Mapping[str, Any], default: Any, *, about: str | None, key: str) -> Any:
    if "enum" in item:
        return st.multiselect(label, item["enum"], default=default or [], help=about, key=key) or None
    written = st.text_input(label, help=about, key=key)
    if item.get("type") == "string":
        return written.replace(",", " ").split() or None
    return [int(one) for one in re.findall(r"\d+", written)] or None


def _day(default: object) -> date | None:
    return date.fromisoformat(default) if isinstance(default, str) else None
