"""Which column of a candidate's file is which: the words systems head their columns with."""

from __future__ import annotations

from pathlib import Path

from adflux_core.candidates.rows import PROTECTED
from adflux_core.errors import InputError
from adflux_core.intake.headers import Headers

# Our field: their words, best first. Accents, capitals and punctuation do not count.
SPANISH = {
    "external_id": "identificador, id candidato, codigo, codigo candidato, cedula, documento, "
    "numero documento, numero empleado",
    "name": "nombre, nombre completo, nombres apellidos, candidato",
    "email": "correo, correo electronico, e mail, direccion correo",
    "phone": "telefono, celular, movil, numero telefono, whatsapp",
    "place": "ubicacion, lugar, lugar residencia, residencia",
    "city": "ciudad, municipio, localidad, ciudad residencia",
    "region": "departamento, provincia, region",
    "country": "pais, pais residencia",
    "years_experience": "anos experiencia, experiencia, experiencia laboral, experiencia anos",
    "months_experience": "meses experiencia, experiencia meses",
    "relevant_experience": "experiencia relevante, experiencia relacionada",
    "education": "nivel educativo, educacion, escolaridad, nivel estudios, formacion, nivel academico",
    "field_of_study": "area estudio, carrera, profesion, campo estudio, titulo",
    "studying": "estudia, estudia actualmente, inscrito universidad",
    "occupation": "ocupacion, cargo, puesto, cargo actual, cargo deseado, oficio, rol",
    "sector": "sector, area, industria, sector empresa",
    "seniority": "nivel, antiguedad, nivel cargo, jerarquia",
    "skills": "habilidades, competencias, aptitudes, conocimientos",
    "languages": "idiomas, lenguas",
    "employer_size": "tamano empresa, numero empleados",
    "years_since_change": "anos ultimo cambio, anos cargo actual, tiempo empresa",
    "training_hours": "horas capacitacion, horas formacion",
    "hours_per_week": "horas semana, horas semanales, disponibilidad horas",
    "salary_expectation": "aspiracion salarial, expectativa salarial, salario esperado, pretension salarial",
    "salary_currency": "moneda, divisa",
    "availability": "disponibilidad, fecha disponibilidad",
    "consent": "consentimiento, autoriza, autorizacion datos, acepta contacto, autorizacion",
    "consent_purpose": "finalidad, proposito, finalidad consentimiento, finalidad tratamiento",
    "consented_on": "fecha consentimiento, fecha autorizacion",
    "retain_until": "conservar hasta, retencion hasta, fecha eliminacion",
    "age": "edad",
    "gender": "genero, sexo",
    "marital_status": "estado civil",
    "origin": "origen, nacionalidad, etnia, grupo etnico",
    "health": "salud, discapacidad, condicion medica",
}
ENGLISH = {
    "external_id": "id, candidate id, external id, enrollee id, employee number, applicant id",
    "name": "name, full name, candidate name, candidate",
    "email": "email, mail, email address",
    "phone": "phone, phone number, mobile, telephone, cell",
    "place": "location, place, residence",
    "city": "city, town",
    "region": "state, province",
    "country": "country, country code",
    "years_experience": "years experience, experience, total working years, experience years",
    "months_experience": "months experience, experience months",
    "relevant_experience": "relevant experience, relevent experience",
    "education": "education level, education, degree, highest degree",
    "field_of_study": "field study, major discipline, education field, major",
    "studying": "studying, enrolled university, enrolled",
    "occupation": "occupation, job role, current role, role, job title, desired role",
    "sector": "sector, department, industry, company type",
    "seniority": "seniority, job level, level",
    "skills": "skills, skill, competencies, abilities",
    "languages": "languages, language, spoken languages",
    "employer_size": "employer size, company size",
    "years_since_change": "years since change, last new job, years at company",
    "training_hours": "training hours, hours training",
    "hours_per_week": "hours per week, weekly hours",
    "salary_expectation": "salary expectation, expected salary, desired salary, monthly income",
    "salary_currency": "salary currency, currency",
    "availability": "availability, available from, notice period",
    "consent": "consent, consented, contact consent, opt in",
    "consent_purpose": "consent purpose, purpose",
    "consented_on": "consented on, consent date, consented at",
    "retain_until": "retain until, keep until, retention date",
    "age": "age",
    "gender": "gender, sex",
    "marital_status": "marital status, civil status",
    "origin": "origin, nationality, ethnicity, race",
    "health": "health, disability, medical condition",
}
HEADERS = Headers(SPANISH, ENGLISH, needed=("external_id", "email", "phone"), called="an id, e-mail or phone")


def read_mapping(path: Path) -> dict[str, str]:
    """Field → column, from a TOML file. Raises InputError also where it would make a feature of what the law
    protects.
    """
    columns = HEADERS.read_mapping(path)
    for field, column in columns.items():
        meant = HEADERS.field_of(column)
        if meant in PROTECTED and field != meant:
            raise InputError(f"{path}: {column!r} is {meant}: the law protects it, so it cannot be {field}")
    return columns
