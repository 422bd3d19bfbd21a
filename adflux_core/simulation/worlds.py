"""What simulated jobs are made of: real cities with their regions, and plain trades with plausible pay."""

from __future__ import annotations

from typing import NamedTuple

# Colombia: cities and their departments, as DANE's Divipola names them.
COLOMBIA = {
    "Bogotá": "Bogotá, D.C.",
    "Medellín": "Antioquia",
    "Envigado": "Antioquia",
    "Cali": "Valle del Cauca",
    "Palmira": "Valle del Cauca",
    "Barranquilla": "Atlántico",
    "Cartagena": "Bolívar",
    "Cúcuta": "Norte de Santander",
    "Bucaramanga": "Santander",
    "Pereira": "Risaralda",
    "Manizales": "Caldas",
    "Armenia": "Quindío",
    "Ibagué": "Tolima",
    "Neiva": "Huila",
    "Villavicencio": "Meta",
    "Pasto": "Nariño",
    "Popayán": "Cauca",
    "Montería": "Córdoba",
    "Sincelejo": "Sucre",
    "Valledupar": "Cesar",
    "Santa Marta": "Magdalena",
    "Riohacha": "La Guajira",
    "Tunja": "Boyacá",
    "Yopal": "Casanare",
    "Quibdó": "Chocó",
    "Leticia": "Amazonas",
}
UNITED_STATES = {
    "Austin": "Texas",
    "Dallas": "Texas",
    "Denver": "Colorado",
    "Chicago": "Illinois",
    "Miami": "Florida",
    "Boston": "Massachusetts",
    "Seattle": "Washington",
    "Phoenix": "Arizona",
    "Portland": "Oregon",
    "Atlanta": "Georgia",
}


class Trade(NamedTuple):
    """A job, what its people do, and what a month (in COP) or a year (in USD) of it pays."""

    title: str
    duties: tuple[str, ...]
    least: int
    most: int


SECTORS: dict[str, dict[str, tuple[Trade, ...]]] = {
    "es": {
        "retail": (
            Trade("Asesor comercial", ("Atender a los clientes.", "Registrar ventas."), 1_423_500, 1_900_000),
            Trade("Cajero", ("Manejar la caja.", "Cuadrar el dinero del día."), 1_423_500, 1_700_000),
            Trade(
                "Supervisor de tienda",
                ("Organizar los turnos.", "Cuidar el inventario."),
                2_000_000,
                3_200_000,
            ),
        ),
        "logistics": (
            Trade("Auxiliar de bodega", ("Recibir mercancía.", "Preparar pedidos."), 1_423_500, 1_750_000),
            Trade("Conductor C2", ("Entregar pedidos.", "Revisar el vehículo."), 1_700_000, 2_600_000),
            Trade(
                "Coordinador logístico", ("Planear las rutas.", "Medir las entregas."), 2_800_000, 4_500_000
            ),
        ),
        "health": (
            Trade("Auxiliar de enfermería", ("Tomar signos.", "Apoyar consultas."), 1_600_000, 2_300_000),
            Trade("Bacteriólogo", ("Analizar muestras.", "Informar resultados."), 2_600_000, 3_900_000),
        ),
        "technology": (
            Trade(
                "Desarrollador de software", ("Escribir código.", "Probar programas."), 3_500_000, 9_000_000
            ),
            Trade("Analista de datos", ("Preparar informes.", "Revisar datos."), 3_000_000, 6_500_000),
        ),
    },
    "en": {
        "retail": (
            Trade("Store associate", ("Help customers.", "Stock shelves."), 30_000, 38_000),
            Trade("Store manager", ("Plan the shifts.", "Look after the stock."), 48_000, 70_000),
        ),
        "logistics": (
            Trade("Warehouse associate", ("Receive goods.", "Prepare orders."), 34_000, 42_000),
            Trade("Truck driver", ("Deliver orders.", "Check the vehicle."), 50_000, 75_000),
        ),
        "health": (
            Trade("Nursing assistant", ("Take vital signs.", "Support visits."), 34_000, 45_000),
            Trade("Lab technician", ("Test samples.", "Report results."), 42_000, 60_000),
        ),
        "technology": (
            Trade("Software developer", ("Write code.", "Test programs."), 90_000, 150_000),
            Trade("Data analyst", ("Prepare reports.", "Check data."), 65_000, 105_000),
        ),
    },
}
