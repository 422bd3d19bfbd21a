"""Spanish or English, by the small words every text is full of."""

from __future__ import annotations

import re

SPANISH = (
    "de la el los las que para con del una por su se al como más y en es un sus nuestro nuestra nuestros "
    "experiencia empresa trabajo buscamos requisitos funciones ser años oferta puesto hasta desde sobre "
    "auxiliar vendedor vendedora técnico técnica ingeniero ingeniera conductor conductora operario asesor "
    "asesora peones camareros enfermeros auxiliares comercial general jefe jefes personal o e sin según "
    "médico médica enfermero enfermera docente profesor profesora contador contadora cajero cajera mesero "
    "mesera cocinero cocinera electricista soldador mecánico mecánica recepcionista secretaria analista "
    "desarrollador desarrolladora gerente coordinador coordinadora ventas mensajero bodega obra ayudante "
    "encargado encargada dependiente limpieza practicante aprendiz"
)
ENGLISH = (
    "the and of to for with our you your we are is will be on as this that from or by an it have who us at "
    "experience team work looking role years job sales manager engineer developer senior assistant nurse "
    "driver specialist in not can all their about architect scientist analyst lead designer counsel customer "
    "support operations head researcher security engineering technology electrician welder clerk cashier "
    "cook technician teacher accountant warehouse"
)
# Neighbours that share small words with both; where they lead, it is neither.
OTHERS = (
    "não você com uma são dos das ao pelo pela nossa les des et pour avec vous nous une est dans sur il di "
    "che della sono und der die das mit für wir ist sie oder van het een voor met je"
)
# Too short to tell from French, Portuguese or a place ("Los Angeles") when alone in a title.
VAGUE = frozenset("general personal comercial e o de la el los las un una en para por a an it us be".split())
# A beginning is mostly enough; where it does not decide (a header in another language), look further.
FIRST_LOOK, SECOND_LOOK = 120, 1500

_KIND = {
    word: kind
    for kind, words in (("es", SPANISH), ("en", ENGLISH), ("other", OTHERS))
    for word in words.split()
}
_WORDS = re.compile(r"[^\W\d_]+")


def detect_language(title: str, description: str) -> str | None:
    """ "es", "en", or None where neither clearly leads."""
    if not description:
        # In a bare title one telling word is enough, and a short one tells nothing.
        return _leader([word for word in _WORDS.findall(title.lower()) if word not in VAGUE])[0]
    leader, lead = _leader(f"{title} {description[:FIRST_LOOK]}".lower().split())
    if lead < 3 and len(description) > FIRST_LOOK:
        leader, lead = _leader(_WORDS.findall(f"{title} {description[:SECOND_LOOK]}".lower()))
    return leader if lead > 1 else None


def _leader(words: list[str]) -> tuple[str | None, int]:
    """The language whose words are at least twice as many as the other's, and how many they are."""
    kinds = list(filter(None, map(_KIND.get, words)))
    spanish, english = kinds.count("es"), kinds.count("en")
    leader, most, least = ("es", spanish, english) if spanish >= english else ("en", english, spanish)
    if not most or most < 2 * least or kinds.count("other") > most // 2:
        return None, 0
    return leader, most
