"""Which column is which, and which step each word means, in Spanish and English."""

from __future__ import annotations

from adflux_core.intake.headers import Headers, fold

SPANISH = {
    "application_id": "id postulacion, identificador postulacion, numero postulacion, codigo postulacion, "
    "id aplicacion, id solicitud, id candidatura, postulacion, candidatura, solicitud, identificador",
    "applicant_id": "id candidato, identificador candidato, candidato id, codigo candidato, id persona, "
    "correo electronico, correo, email candidato, documento",
    "job": "id vacante, codigo vacante, id oferta, codigo oferta, referencia, vacante, oferta, cargo, puesto",
    "step": "etapa, nueva etapa, fase, paso, estado, evento, tipo evento, estatus",
    "at": "fecha evento, fecha etapa, fecha hora, fecha cambio, fecha postulacion, fecha, momento",
    "click_id": "id clic, clic, enlace postulacion, pagina llegada, enlace, url origen, url, origen, fuente",
    "clicked_at": "fecha clic, hora clic, momento clic, primer clic",
}
ENGLISH = {
    "application_id": "application id, application uuid, application number, application, id",
    "applicant_id": "candidate id, applicant id, person id, candidate email, applicant email, email, e mail",
    "job": "job id, posting id, requisition id, req id, job, job title, position",
    "step": "step, stage, new stage, to stage, status, event type, event",
    "at": "occurred at, event at, event time, event date, entered at, changed at, moved at, stage date, "
    "timestamp, date time, created at, applied at, date, time, at",
    "click_id": "click id, af click, utm content, gh src, lever source, src, landing page, landing url, "
    "application url, apply url, referrer url, referrer, source url, url, link, source",
    "clicked_at": "clicked at, click time, click date, first touch at, first touch",
}
HEADERS = Headers(SPANISH, ENGLISH, needed=("step",), called="the step of the application")

# In the order of the funnel.
STEPS = {
    "started": "started, start, application started, apply started, incomplete, draft, iniciada, iniciado, "
    "comenzada, empezada, postulacion iniciada, incompleta, borrador",
    "submitted": "submitted, submit, applied, apply, application submitted, new application, received, new, "
    "application review, enviada, enviado, postulada, postulado, postulacion enviada, recibida, recibido, "
    "aplico, nueva, inscrito, inscrita",
    "qualified": "qualified, screened, screen, screening, phone screen, shortlisted, shortlist, calificada, "
    "calificado, cualificado, cualificada, preseleccionado, preseleccionada, preseleccion, filtro",
    "interview": "interview, interviewed, interviewing, interview scheduled, onsite, face to face, "
    "entrevista, entrevistado, entrevistada, entrevista programada, en entrevista",
    "hired": "hired, hire, offer accepted, onboarded, contratado, contratada, contratacion, vinculado, "
    "vinculada, oferta aceptada, ingreso",
}
_STEP = {fold(word): step for step, words in STEPS.items() for word in words.split(", ")}


def step_of(text: str) -> str | None:
    """The step of the funnel that these words name."""
    return _STEP.get(fold(text))
