"""Postings with everything an ad may speak of, and ads that people wrote from them."""

from __future__ import annotations

from decimal import Decimal

from adflux_core.schema.postings import Posting


def posting(**given: object) -> Posting:
    known: dict[str, object] = {
        "source": "test",
        "external_id": str(given.get("title", "1")),
        "language": "es",
        "country": "CO",
        "apply_url": "https://empleos.example.com/1",
        "content_hash": str(given.get("title", "1")).encode(),
    }
    return Posting(**(known | given))


POSTINGS = {
    "data": posting(
        title="Analista de datos",
        company="Cafés del Sur S.A.S.",
        place="Bogotá, Colombia",
        city="Bogotá",
        salary_text="$ 4.500.000 a $ 5.500.000 mensuales",
        salary_min=Decimal(4_500_000),
        salary_max=Decimal(5_500_000),
        salary_currency="COP",
        salary_period="month",
        employment_type="full_time",
        description="Buscamos analista con 3 años de experiencia en SQL y Python.\n- Elaborar "
        "informes de ventas en "
        "Power BI.\n- Trabajo híbrido: 2 días en la oficina.\n- Contrato indefinido, seguro de vida "
        "y prestaciones "
        "de ley.\nHorario de lunes a viernes, 40 horas a la semana.",
    ),
    "nurse": posting(
        title="Auxiliar de enfermería",
        company="Clínica La Loma",
        place="Medellín",
        city="Medellín",
        salary_text="1.800.000 COP",
        salary_min=Decimal(1_800_000),
        salary_max=Decimal(1_800_000),
        salary_currency="COP",
        description="Turnos rotativos de 12 horas. Se requiere título técnico, rethus vigente y 1 año de "
        "experiencia en hospitalización. Ofrecemos auxilio de transporte, capacitación y fondo de empleados. "
        "Se abren 6 vacantes para la sede El Poblado.",
    ),
    "driver": posting(
        title="Conductor de camión C2",
        company="Transportes Andes",
        place="Cali, Valle del Cauca",
        city="Cali",
        region="Valle del Cauca",
        description="Rutas entre Cali y Buenaventura. Licencia C2 vigente, 2 años de experiencia, libreta de "
        "vehículo al día. Pago quincenal más comisiones por viaje. Viáticos y uniforme incluidos.",
    ),
    "remote": posting(
        title="Diseñadora o diseñador UX",
        company="Nube Digital",
        remote=True,
        employment_type="full_time",
        description="Diseña pruebas con usuarios en Figma. Inglés B2. Horario flexible, computador "
        "portátil nuevo y "
        "20 días de vacaciones. Bono anual del 10 % por resultados.",
    ),
    "store": posting(
        title="Store associate",
        language="en",
        country="US",
        company="Green Market",
        place="Austin, TX",
        city="Austin",
        salary_text="$18.50 an hour",
        salary_min=Decimal("18.50"),
        salary_max=Decimal("18.50"),
        salary_currency="USD",
        salary_period="hour",
        employment_type="part_time",
        description="Help customers find what they need and keep the shelves full. 25 hours a week, "
        "evenings and "
        "weekends. Employee discount of 15% and paid training. No experience required.",
    ),
    "engineer": posting(
        title="Senior backend engineer",
        language="en",
        country="US",
        company="Harbor Labs",
        place="Boston",
        city="Boston",
        salary_text="$140,000 - $165,000 a year",
        salary_min=Decimal(140_000),
        salary_max=Decimal(165_000),
        salary_currency="USD",
        salary_period="year",
        description="Build payment services in Python and PostgreSQL on AWS. 5 years of experience "
        "with distributed "
        "systems. Health insurance, 401k, stock options and 16 weeks of parental leave. Hybrid: "
        "three days a week in "
        "the office near South Station.",
    ),
}

# By posting: texts as a recruiter would write them, each of them true.
TRUE_ADS = {
    "data": [
        "Analista de datos en Bogotá",
        "Cafés del Sur busca analista de datos con experiencia en SQL y Python.",
        "Elabora informes de ventas en Power BI y trabaja en modalidad híbrida.",
        "Salario de $4.500.000 a $5.500.000 mensuales y contrato indefinido.",
        "Gana entre 4,5 y 5,5 millones de pesos al mes en Cafés del Sur.",
        "¿Sabes SQL? Únete como analista de datos en Bogotá.",
        "3 años de experiencia, contrato indefinido y prestaciones de ley.",
        "Trabajo híbrido: 2 días en la oficina de Bogotá. Postúlate en línea.",
        "40 horas a la semana, de lunes a viernes, con seguro de vida.",
        "Buscamos personas con experiencia en Python para elaborar informes.",
        "Tiempo completo en Bogotá, con contrato indefinido.",
        "COP 4.500.000 – 5.500.000 al mes. Conoce la oferta.",
        "Data analyst in Bogotá. Three years of experience with SQL.",
        "Permanent contract and hybrid work. See the details and apply online.",
    ],
    "nurse": [
        "Auxiliar de enfermería en Medellín",
        "Clínica La Loma contrata auxiliares de enfermería.",
        "6 vacantes en la sede El Poblado. Salario: 1.800.000 COP.",
        "Turnos rotativos de 12 horas, con auxilio de transporte y capacitación.",
        "Requisitos: título técnico, Rethus vigente y 1 año de experiencia.",
        "Trabaja en hospitalización con un salario de $ 1’800.000.",
        "Fondo de empleados y auxilio de transporte para el personal de enfermería.",
        "Seis vacantes abiertas en Medellín: postúlate en línea.",
        "Salario de 1,8 millones. Conoce los detalles de la oferta.",
        "Auxiliar de enfermería: un año de experiencia en hospitalización.",
    ],
    "driver": [
        "Conductor de camión C2 en Cali",
        "Transportes Andes busca conductores con licencia C2 vigente.",
        "Rutas entre Cali y Buenaventura, con viáticos y uniforme.",
        "Pago quincenal más comisiones por viaje.",
        "2 años de experiencia como conductor de camión. Postúlate.",
        "¿Tienes licencia C2? Conduce en el Valle del Cauca.",
        "Dos años de experiencia y libreta de vehículo al día.",
        "Viáticos incluidos y comisiones por cada viaje.",
        "Conduce entre Cali y Buenaventura para Transportes Andes.",
        "Empleo para conductores de camión en Cali.",
    ],
    "remote": [
        "Diseñador o diseñadora UX, trabajo remoto",
        "Nube Digital busca quien diseñe pruebas con usuarios en Figma.",
        "Horario flexible, portátil nuevo y 20 días de vacaciones.",
        "Bono anual del 10% por resultados. Inglés B2.",
        "Trabaja desde casa como diseñadora UX, a tiempo completo.",
        "Remote UX design with flexible hours. Apply online.",
        "Trabajo remoto con horario flexible. Conoce la oferta.",
        "Diseña en Figma con un computador portátil nuevo.",
        "¿Diseñas pruebas con usuarios? Nube Digital te espera.",
        "Un bono del 10 % al año y veinte días de vacaciones.",
    ],
    "store": [
        "Store associate in Austin",
        "Green Market is hiring store associates: $18.50 an hour.",
        "Help customers and keep the shelves full, 25 hours a week.",
        "Part-time work on evenings and weekends in Austin.",
        "Paid training and a 15% employee discount.",
        "No experience required. Apply online today.",
        "Earn $18.50 per hour at Green Market in Austin, TX.",
        "Join Green Market: part time, with paid training.",
        "Evenings and weekends. See the details and apply.",
        "Asociado de tienda en Austin: 25 horas a la semana.",
    ],
    "engineer": [
        "Senior backend engineer in Boston",
        "Harbor Labs is hiring: build payment services in Python.",
        "$140,000–$165,000 a year, health insurance and 401k.",
        "Salary from $140k to $165k a year. Hybrid work in Boston.",
        "5 years of experience with distributed systems on AWS.",
        "Stock options and 16 weeks of parental leave.",
        "Work near South Station, three days a week in the office.",
        "PostgreSQL and Python services for payments. Apply online.",
        "Five years of experience? Join Harbor Labs as a backend engineer.",
        "Build services for payments with a team in Boston.",
        "Distributed systems, Python and AWS at Harbor Labs.",
        "Three days a week in the office, with stock options.",
    ],
}

# What is false of every posting above: a number, a benefit, a place or a skill.
FALSE_CLAIMS = {
    "es": [
        *("Salario de $ 9.800.000 mensuales.", "Gana 7,2 millones al mes.", "Se abren 45 vacantes."),
        *("Exige 8 años de experiencia.", "Jornada de 31 horas a la semana.", "Bono anual del 37 %."),
        *(
            "Ofrecemos guardería para tus hijos.",
            "Incluye gimnasio y masajes.",
            "Almuerzo gratis todos los días.",
        ),
        *(
            "Con medicina prepagada para tu familia.",
            "Recibe acciones de la empresa.",
            "Viernes corto todo el año.",
        ),
        *("Te damos vivienda.", "Sede en Barranquilla.", "Trabajo en Madrid.", "Oficina en Cartagena."),
        *("Con viajes a Santa Marta.", "Aprende alemán.", "Uso de montacargas.", "Manejo de SAP."),
    ],
    "en": [
        *("Salary of $310,000 a year.", "Earn $47 an hour.", "We have 45 openings."),
        *("Requires 9 years of experience.", "Work 31 hours a week.", "Annual bonus of 37%."),
        *("We offer free childcare.", "Gym membership and massages included.", "Free lunch every day."),
        *("Dental plan for your family.", "Unlimited vacation.", "Visa sponsorship is available."),
        *("We provide housing.", "Office in Chicago.", "Work in Madrid.", "Based in Seattle."),
        *("Trips to Honolulu.", "Learn German.", "Forklift driving.", "Knowledge of SAP."),
    ],
}
