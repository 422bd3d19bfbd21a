"""What reaches either wire is the amount approved, in every currency; nothing else is money."""

from __future__ import annotations

import random
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import psycopg
import pydantic
import pytest
from click.testing import CliRunner
from hostile_amounts import HOSTILE, NOT_STORED, TYPED
from psycopg import sql

from adflux_core.advertising import CampaignPlan
from adflux_core.errors import InputError, ValidationError
from adflux_core.money import LARGEST_MINOR, Money
from adflux_core.platforms.google_ads.currency import billable_unit, from_micros, to_micros
from adflux_core.platforms.meta.currency import OFFSET_1, OFFSET_100, from_wire, to_wire
from deployments.cli import adflux

AMOUNTS = 10_000
SEED = 4067
# Written down a second time, from Meta's page "Currency Codes": those whose unit on the wire is whole.
WHOLE = "CLP COP CRC HUF ISK IDR JPY KRW PYG TWD VND".split()
# Of Meta's currencies, those that have no cents in ISO 4217 either.
WITHOUT_CENTS = "CLP ISK JPY KRW PYG VND".split()


def amounts(currency: str) -> list[int]:
    """Minor units of every size; half of them whole, so that both ends are met in every currency."""
    dice = random.Random(f"{SEED} {currency}")  # noqa: S311
    drawn = [int(10 ** dice.uniform(0, 15)) for _ in range(AMOUNTS)]
    edges = [0, 1, 99, 100, 101, LARGEST_MINOR - 1, LARGEST_MINOR]
    return edges + [minor - minor % 100 if minor % 2 else minor for minor in drawn]


def test_metas_table_is_the_published_one() -> None:
    assert sorted(OFFSET_1) == sorted(WHOLE)
    assert not OFFSET_1 & OFFSET_100
    assert len(OFFSET_100) > 40


@pytest.mark.parametrize("currency", sorted(OFFSET_1 | OFFSET_100))
def test_ten_thousand_amounts_reach_the_wire_exactly_or_not_at_all(currency: str) -> None:
    """A failure names the currency and the amount; the amounts follow from SEED."""
    minor_units = 1 if currency in WITHOUT_CENTS else 100
    wire_units = 1 if currency in WHOLE else 100
    refused = 0
    for minor in amounts(currency):
        money = Money(currency=currency, minor=minor)
        exact = Fraction(minor, minor_units) * wire_units
        if exact.denominator == 1:
            assert to_wire(money) == exact.numerator, money
            assert from_wire(currency, exact.numerator) == money
            assert from_wire(currency, str(exact.numerator)) == money
        else:
            refused += 1
            with pytest.raises(ValidationError, match="finer than Meta's smallest unit"):
                to_wire(money)
    assert (refused > 0) == (wire_units < minor_units)


@pytest.mark.parametrize("currency", sorted(OFFSET_1 | OFFSET_100))
def test_ten_thousand_amounts_are_exact_micros_or_not_sent(currency: str) -> None:
    minor_units = 1 if currency in WITHOUT_CENTS else 100
    unit = billable_unit(currency)
    for minor in amounts(currency):
        money = Money(currency=currency, minor=minor)
        exact = Fraction(minor, minor_units) * 1_000_000
        if exact % unit == 0:
            assert to_micros(money) == exact, money
            assert from_micros(int(exact)) == money.amount
        else:
            with pytest.raises(ValidationError, match="finer than Google bills"):
                to_micros(money)


@pytest.mark.parametrize("currency", ["BHD", "KWD", "XXX", "COPP", ""])
def test_a_currency_meta_lacks_is_refused_and_not_guessed(currency: str) -> None:
    with pytest.raises(ValidationError, match="no ad accounts"):
        from_wire(currency, 1)


def test_there_are_forty_hostile_amounts() -> None:
    assert len({repr(one) for one in HOSTILE}) == len(HOSTILE) >= 40


@pytest.mark.parametrize("hostile", TYPED, ids=ascii)
def test_hostile_amounts_are_refused_by_the_form(hostile: str) -> None:
    """Whatever a person types after --budget arrives as text, alone or behind a currency."""
    for text in (hostile, f"COP {hostile}"):
        with pytest.raises(InputError) as refusal:
            Money.parse(text)
        assert len(str(refusal.value).splitlines()) == 1


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_hostile_amounts_are_refused_by_the_model(hostile: object) -> None:
    for minor in (hostile, str(hostile)):
        with pytest.raises(pydantic.ValidationError):
            Money(currency="COP", minor=minor)  # type: ignore[arg-type]
        with pytest.raises(InputError):
            Money.of("COP", minor)  # type: ignore[arg-type]
        with pytest.raises(pydantic.ValidationError) as refusal:
            CampaignPlan.model_validate({"budget": {"currency": "COP", "minor": minor}})
        assert ("budget", "minor") in {problem["loc"] for problem in refusal.value.errors()}


@pytest.mark.parametrize(
    "currency", ["cop", "CO", "COPP", "C0P", "COP\n", "ＣＯＰ", "", "\u202eCOP", "COP\0"]
)
def test_a_hostile_currency_is_refused_by_the_model(currency: str) -> None:
    with pytest.raises(pydantic.ValidationError):
        Money(currency=currency, minor=1)
    with pytest.raises(InputError):
        Money.of(currency, Decimal(1))


@pytest.mark.parametrize("hostile", ["COP 1.400", "COP -5", "COP NaN", "COP 1e6", "COP \u202e5"])
def test_the_command_line_says_so_in_one_line(database_url: str, hostile: str) -> None:
    said = CliRunner().invoke(
        adflux, ["plan", "--posting", "1", "--budget", hostile, "--days", "3"], catch_exceptions=False
    )
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize("column", ["salary_min", "salary_max"])
def test_hostile_salaries_are_refused_by_the_database(database_url: str, column: str) -> None:
    statement = sql.SQL(
        "INSERT INTO adflux.posting (source, external_id, title, content_hash, {}) "
        "VALUES ('s', '1', 't', '', CAST(%s AS text)::numeric)"
    ).format(sql.Identifier(column))
    kept = []
    with psycopg.connect(database_url) as connected:
        for hostile in NOT_STORED:
            with (
                suppress(psycopg.DataError, psycopg.IntegrityError),
                connected.transaction(force_rollback=True),
            ):
                connected.execute(statement, [hostile])
                kept.append(hostile)
    assert kept == []
