"""The page of ads: why a sentence may stand, approving, and editing through the gate."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

import dashboard
from adflux_core import database, reports
from adflux_core.creative.images import add_image
from adflux_core.creative.reviewing import approve_creative, choose_image
from dashboard import reads

PAGE = str(Path(dashboard.__file__).parent / "screens" / "creatives.py")


def opened(**state: str) -> AppTest:
    reads.forget()
    at = AppTest.from_file(PAGE, default_timeout=60)
    for name, value in {"language": "en", **state}.items():
        at.session_state[name] = value
    return at.run()


def text_of(at: AppTest) -> str:
    return "\n".join(
        str(one.value) for kind in ("markdown", "caption", "success", "error") for one in at.get(kind)
    )


def test_the_words_of_the_posting_stand_beside_each_claim(filled_url: str) -> None:
    at = opened()
    assert not at.exception
    shown = text_of(at)
    assert "Name or place" in shown
    assert "← place: “" in shown
    assert "Approved by luz" in shown
    assert "gemini\\-3\\.8\\-flash\\-001" in shown
    assert "USD 0\\.000699" in shown


def test_a_person_approves_and_edits_through_the_gate(filled_url: str) -> None:
    at = opened(language="es")
    next(button for button in at.button if button.label == "Aprobar").click().run()
    assert not at.exception
    assert {row.approved_by for row in reports.creatives(1)} == {"luz", "local"}
    headline = next(field for field in at.text_input if field.label == "Título")
    headline.set_value("Solo hombres jóvenes")
    next(button for button in at.button if button.label == "Guardar como versión nueva").click().run()
    assert not at.exception
    told = [error.value for error in at.error]
    assert any("elige por sexo" in one for one in told), told
    assert len(reports.creatives(1)) == 2


def test_a_picture_of_ones_own_stands_in_the_ad(filled_url: str) -> None:
    written = BytesIO()
    Image.new("RGB", (1080, 1080), "#0b3954").save(written, "PNG")
    image = add_image(written.getvalue(), "ana")
    approve_creative(choose_image(1, image, "ana"), "ana")
    at = opened()
    assert not at.exception
    assert image[:16] in text_of(at)
    assert "Use this picture" in {button.label for button in at.button}


def test_what_is_simulated_says_so_on_the_page(filled_url: str) -> None:
    assert "SIMULATED" not in text_of(opened())
    with database.connection() as connected:
        connected.execute(text("UPDATE adflux.posting SET source = 'simulated' WHERE id = 1"))
    shown = text_of(opened())
    assert "some of these postings were made to try things" in shown
    assert shown.count("SIMULATED: this job does not exist") == 2
