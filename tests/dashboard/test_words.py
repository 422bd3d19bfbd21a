"""Every word the screen says is in both catalogues, with the same blanks to fill."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from prefect.utilities.callables import parameter_schema
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import forms, work_words
from dashboard.words import LANGUAGES, catalogue, plain
from flows.converge_campaigns import converge_campaigns
from flows.examine_installation import examine_installation
from flows.generate_creatives import generate_creatives
from flows.import_applications import import_applications
from flows.import_candidates import import_candidates
from flows.import_postings import import_postings
from flows.plan_campaign import plan_campaign
from flows.publish_campaign import publish_campaign
from flows.report_metrics import report_metrics
from flows.segment_candidates import segment_candidates
from flows.simulate_data import simulate_data
from flows.sync_audiences import sync_audiences
from flows.sync_metrics import sync_metrics

SOURCE = Path(dashboard.__file__).parent
TEXTS = {"say": 1, "mark": 1, "many": 2}
FLOWS = (
    converge_campaigns,
    examine_installation,
    generate_creatives,
    import_applications,
    import_candidates,
    import_postings,
    plan_campaign,
    publish_campaign,
    report_metrics,
    segment_candidates,
    simulate_data,
    sync_audiences,
    sync_metrics,
)


def said() -> Iterator[tuple[str, str]]:
    """Every text given to say, many and mark, with its file."""
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TEXTS:
                for argument in node.args[: TEXTS[node.func.id]]:
                    if isinstance(argument, ast.Constant):
                        yield file.name, str(argument.value)


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_with_its_blanks(language: str) -> None:
    words = catalogue(language)
    missing = [(file, text) for file, text in said() if not words.get(text)]
    assert missing == []
    assert [text for _, text in said() if blanks(text) != blanks(words[text])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_outlives_its_text(language: str) -> None:
    assert set(catalogue(language)) - {text for _, text in said()} == set()


def test_the_spanish_is_spanish() -> None:
    same = {text for text, words in catalogue("es").items() if text == words and text.isascii()}
    assert same <= {"Plan", "No"}


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: str(flow.name))
def test_every_flow_and_each_of_its_parameters_has_words(flow: object) -> None:
    assert flow.name in work_words.WORK  # type: ignore[attr-defined]
    assert flow.name in work_words.WORK_MEANINGS  # type: ignore[attr-defined]
    assert set(parameter_schema(flow).properties) <= set(forms.PARAMETERS)  # type: ignore[arg-type]


def test_what_others_wrote_stays_text() -> None:
    def page() -> None:
        import streamlit as st

        from dashboard.words import plain

        st.markdown(plain("**a** ![x](https://example.com/x.png) $1$ :red[b] <b>c</b>\n# d"))

    at = AppTest.from_function(page).run()
    assert not at.exception
    assert at.markdown[0].value == plain("**a** ![x](https://example.com/x.png) $1$ :red[b] <b>c</b>\n# d")
    assert "![" not in at.markdown[0].value
    # Streamlit makes links of bare addresses after it has taken the escapes away.
    unescaped = plain("https://a.example http://b.example www.c.example").replace("\\", "")
    assert [part for part in ("https://", "http://", "www.") if part in unescaped] == []
    assert "\n" not in at.markdown[0].value
