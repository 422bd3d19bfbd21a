"""CSV as people save it: delimiters, line ends, encodings and headers of all kinds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adflux_core.postings import PostingFormat, Receipt

Take = Callable[..., tuple[Receipt, list[dict[str, Any]]]]


TABLE = [
    ["Código", "Título del puesto", "Descripción", "Ciudad", "Salario", "Fecha de publicación", "Enlace"],
    ["7.0", "Panadero «noche»", "Línea uno\nlínea dos; con, marcas", "Peñón", "$1.400.000",
     "03/04/2024", "https://x.example/7"],
    ["8", "Cocinera", "Año de experiencia para la empresa", "Ibagué", "a convenir",
     "2024-05-06", "x.example/8"],
]  # fmt: skip


def as_csv(delimiter: str = ",", end: str = "\n") -> str:
    return "".join(delimiter.join(f'"{cell}"' for cell in row) + end for row in TABLE)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_any_csv_gives_the_same_rows(take: Take, delimiter: str, end: str, encoding: str) -> None:
    receipt, rows = take(as_csv(delimiter, end).encode(encoding), currency="COP")
    assert (receipt.format, receipt.read, receipt.created) == (PostingFormat.CSV, 2, 2)
    first, second = rows
    assert (first["external_id"], first["title"], first["city"]) == ("7", "Panadero «noche»", "Peñón")
    assert first["description"] == "Línea uno\nlínea dos; con, marcas"
    assert (first["salary_min"], first["salary_currency"]) == (Decimal(1400000), "COP")
    assert first["posted_on"] == date(2024, 4, 3)  # Spanish headers: day first
    assert first["apply_url"] == "https://x.example/7"
    assert (second["salary_text"], second["salary_min"], second["salary_currency"]) == (
        "a convenir",
        None,
        None,
    )
    assert second["language"] == "es"
    assert second["apply_url"] is None


def test_cp1252_signs_and_control_characters(take: Take) -> None:
    _, rows = take(b"titulo;salario\nLoca\x1ations \x96 \x93jefe\x94;1.200 \x80 al mes\n")
    assert rows[0]["title"] == "Locations – “jefe”"
    assert (rows[0]["salary_min"], rows[0]["salary_currency"]) == (Decimal(1200), "EUR")


def test_headers_in_both_languages_choose_the_best_column(take: Take) -> None:
    content = "Job ID,Name,Job Title,Employer,Departamento,Municipio\n1,n,Cook,Acme,Antioquia,Rionegro\n"
    _, rows = take(content)
    row = rows[0]
    assert (row["title"], row["company"], row["city"], row["region"], row["country"]) == (
        *("Cook", "Acme", "Rionegro", "Antioquia"),
        "CO",
    )


def test_a_department_without_a_city_is_no_region(take: Take) -> None:
    assert take("Cargo,Departamento\nVendedor,Mercadeo\n")[1][0]["region"] is None


def test_a_mapping_names_columns_and_leaves_the_rest_to_the_words(take: Take, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[columns]\ntitle = "Qué"\ncompany = "quien"\n')
    _, rows = take("Qué;Quién;Título;Ciudad\nCocinero;Acme;Sr.;Cali\n", mapping=mapping)
    assert (rows[0]["title"], rows[0]["company"], rows[0]["city"]) == ("Cocinero", "Acme", "Cali")


def test_header_only_is_a_file_of_no_rows(take: Take) -> None:
    receipt, rows = take("id,title\n")
    assert (receipt.read, rows) == (0, [])


def test_trailing_empty_cells_are_no_cells(take: Take) -> None:
    assert take("id,title\n1,Cook,,\n")[0].created == 1


def test_spreadsheet_words_for_yes(take: Take) -> None:
    content = "titulo;modalidad\nA;Remoto\nB;Sí\nC;Presencial\nD;Híbrido\nE;\nF;tal vez\n"
    _, rows = take(content)
    assert [row["remote"] for row in rows] == [True, True, False, False, None, None]
