"""Which column of a posting's file is which: the words customers head their columns with."""

from __future__ import annotations

from adflux_core.intake.headers import Headers

# Our field: their words, best first. Accents, capitals and punctuation do not count ("Título del puesto:").
SPANISH = {
    "external_id": "identificador, id oferta, id vacante, id empleo, codigo, codigo oferta, codigo vacante, "
    "referencia, ref, numero oferta, clave",
    "title": "titulo, titulo puesto, titulo oferta, titulo vacante, titulo empleo, puesto, cargo, vacante, "
    "nombre puesto, nombre cargo, nombre vacante, oferta, oferta empleo, empleo, ocupacion, puesto trabajo",
    "company": "empresa, nombre empresa, compania, empleador, razon social, organizacion, entidad",
    "description": "descripcion, descripcion puesto, descripcion oferta, descripcion vacante, "
    "descripcion cargo, detalle, funciones, texto",
    "place": "ubicacion, lugar, lugar trabajo, localizacion, sede",
    "city": "ciudad, municipio, localidad, poblacion",
    "region": "provincia, region, comunidad autonoma, estado provincia",
    "country": "pais",
    "remote": "remoto, teletrabajo, trabajo remoto, trabajo remoto s n, modalidad",
    "employment_type": "tipo contrato, tipo empleo, jornada, tipo jornada, contrato, jornada laboral",
    "salary": "salario, sueldo, remuneracion, rango salarial, salario ofrecido, retribucion, compensacion",
    "salary_min": "salario minimo, sueldo minimo, salario desde, salario min",
    "salary_max": "salario maximo, sueldo maximo, salario hasta, salario max",
    "salary_currency": "moneda, divisa, moneda salario",
    "salary_period": "periodo, periodicidad, periodo salario, frecuencia pago",
    "apply_url": "enlace, enlace contenido, enlace oferta, url oferta, vinculo, enlace postulacion",
    "posted_on": "fecha publicacion, publicado, fecha inicio publicacion, fecha oferta, fecha alta, fecha",
    "expires_on": "fecha cierre, fecha vencimiento, fecha limite, fecha fin, vence, cierre, fecha expiracion",
    "language": "idioma oferta, idioma anuncio",
}
ENGLISH = {
    "external_id": "id, job id, job uid, posting id, external id, reference number, "
    "reference, requisition id, req id, job number, identifier, guid, code",
    "title": "title, job title, position, position title, role, vacancy, job, job name, name",
    "company": "company, company name, employer, employer name, organization, organisation, "
    "hiring organization",
    "description": "description, job description, content, summary, details, body",
    "place": "location, location raw, place, job location, work location, locations",
    "city": "city, town, locality, municipality",
    "region": "state, province, county",
    "country": "country, country code",
    "remote": "remote, is remote, telecommuting, remote type, telecommute, work from home",
    "employment_type": "employment type, job type, contract type, commitment, schedule",
    "salary": "salary, salary range, pay, compensation, wage, pay range, remuneration",
    "salary_min": "salary min, min salary, minimum salary, salary min orig, salary from, pay min",
    "salary_max": "salary max, max salary, maximum salary, salary max orig, salary to, pay max",
    "salary_currency": "salary currency, currency, currency original, currency code",
    "salary_period": "salary period, salary interval, salary interval orig, pay period, "
    "pay frequency, salary unit",
    "apply_url": "apply url, url, link, job url, apply link, application url, posting url",
    "posted_on": "posted on, date posted, posted, posted at, published at, advertisefromdate, "
    "publication date, pubdate, date, posted date, published, open date",
    "expires_on": "expires on, expiration date, valid through, advertisetodatetime, "
    "closing date, close date, expires, expiry date, deadline, application deadline, end date",
    "language": "language, lang",
}
# In Colombia a departamento is a region; but only beside a city, for elsewhere it is a department.
HEADERS = Headers(
    SPANISH, ENGLISH, needed=("title",), called="the job title", beside={"departamento": ("region", "city")}
)
