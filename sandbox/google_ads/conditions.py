"""Conditions of a query: what each operator means for each type of field."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from sandbox.google_ads.errors import Refusal
from sandbox.google_ads.gaql import Condition, Value, bad
from sandbox.google_ads.queryable import Field

Test = Callable[[Any], bool]
COMPARE: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
NULLS = {"IS NULL", "IS NOT NULL"}
EQUALITY = {"=", "!=", "IN", "NOT IN"} | NULLS
ORDER = {"<", "<=", ">", ">=", "BETWEEN"}
ALLOWED = {
    "string": EQUALITY | {"LIKE", "NOT LIKE"},
    "number": EQUALITY | ORDER,
    "boolean": {"=", "!="} | NULLS,
    "enum": EQUALITY,
    "date": EQUALITY | ORDER | {"DURING"},
    "message": NULLS,
}
LONGEST_LIST = 20_000
LIKE_PART = re.compile(r"\[([\[\]%_])\]|(%)|(_)|(.)", re.DOTALL)
WEEK = timedelta(days=7)


def test_of(field: Field, condition: Condition, today: date) -> Test:
    """Whether a value passes; a value that is not set passes only what asks for that."""
    operator = condition.operator
    if operator not in ALLOWED[field.type]:
        said = f"{operator} cannot be used with '{field.name}', which is a {field.type}."
        raise bad("OPERATOR_FIELD_MISMATCH", said, field.name)
    if operator in NULLS:
        wanted = operator == "IS NULL"
        return lambda value: (value is None or value in ([], "")) is wanted
    if operator == "DURING":
        start, end = during(condition.values[0], today)
        return lambda value: value is not None and start <= value <= end
    values = [_typed(field, value) for value in condition.values]
    if len(values) > LONGEST_LIST:
        raise bad("FILTER_HAS_TOO_MANY_VALUES", f"A list has at most {LONGEST_LIST} values.", field.name)
    if operator == "BETWEEN":
        low, high = values
        return lambda value: value is not None and low <= value <= high
    if operator in ("IN", "NOT IN"):
        members, within = set(values), operator == "IN"
        return lambda value: (value in members) is within
    if operator in ("LIKE", "NOT LIKE"):
        pattern, like = _pattern(str(values[0])), operator == "LIKE"
        return lambda value: bool(pattern.fullmatch(value or "")) is like
    compare, operand = COMPARE[operator], values[0]
    return lambda value: operator == "!=" if value is None else compare(value, operand)


def _typed(field: Field, value: Value) -> Any:
    if field.type == "number":
        return _number(field, value)
    if field.type == "boolean":
        if value.text.lower() not in ("true", "false"):
            raise bad("BAD_VALUE", f"'{field.name}' is true or false.", value.text)
        return value.text.lower() == "true"
    if field.type == "enum":
        return _constant(field, value)
    if value.kind != "string":
        raise bad("INVALID_STRING_VALUE", f"'{field.name}' is compared with a quoted string.", value.text)
    if field.type == "date" and field.owner == "segments":
        return _date(value).isoformat()
    return value.text


def _number(field: Field, value: Value) -> int | float:
    try:
        return int(value.text) if "." not in value.text else float(value.text)
    except ValueError:
        raise bad("BAD_NUMBER", f"'{field.name}' is compared with a number.", value.text) from None


def _constant(field: Field, value: Value) -> str:
    if value.text not in field.enum.values_by_name:
        raise bad("BAD_ENUM_CONSTANT", f"'{field.name}' has no value {value.text}.", value.text)
    if value.text in ("UNSPECIFIED", "UNKNOWN"):
        raise bad("PROHIBITED_ENUM_CONSTANT", f"{value.text} cannot be asked for.", value.text)
    return value.text


def _date(value: Value) -> date:
    for spelling in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(value.text, spelling).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise bad("INVALID_DATE_FORMAT", "A date is spelled yyyy-mm-dd.", value.text)


def _pattern(text: str) -> re.Pattern[str]:
    """% is anything, _ one character; either, and brackets, stand for themselves between brackets."""
    parts = []
    for quoted, many, one, plain in LIKE_PART.findall(text):
        parts.append(".*" if many else "." if one else re.escape(quoted or plain))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def during(value: Value, today: date) -> tuple[str, str]:
    ranges = _ranges(today)
    if value.kind != "word" or value.text.upper() not in ranges:
        raise _no_range(value)
    start, end = ranges[value.text.upper()]
    return start.isoformat(), end.isoformat()


def _no_range(value: Value) -> Refusal:
    said = f"{value.text} is no range of dates that this sandbox knows."
    return bad("INVALID_VALUE_WITH_DURING_OPERATOR", said, value.text)


def _ranges(today: date) -> dict[str, tuple[date, date]]:
    yesterday = today - timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    last_month = first - timedelta(days=1)
    return {
        "TODAY": (today, today),
        "YESTERDAY": (yesterday, yesterday),
        "LAST_7_DAYS": (today - timedelta(days=7), yesterday),
        "LAST_14_DAYS": (today - timedelta(days=14), yesterday),
        "LAST_30_DAYS": (today - timedelta(days=30), yesterday),
        "THIS_MONTH": (first, today),
        "LAST_MONTH": (last_month.replace(day=1), last_month),
        "THIS_WEEK_MON_TODAY": (monday, today),
        "LAST_WEEK_MON_SUN": (monday - WEEK, monday - timedelta(days=1)),
    }


def window(conditions: list[Condition], today: date) -> tuple[str | None, str | None]:
    """The first and the last day that conditions on a date leave over, as far as they are bounded."""
    low: list[str] = []
    high: list[str] = []
    for condition in conditions:
        if condition.operator == "DURING":
            start, end = during(condition.values[0], today)
        else:
            days = [_date(value).isoformat() for value in condition.values]
            start, end = (min(days), max(days)) if days else ("", "")
        if condition.operator in ("=", "IN", "BETWEEN", "DURING", ">", ">="):
            low.append(start)
        if condition.operator in ("=", "IN", "BETWEEN", "DURING", "<", "<="):
            high.append(end)
    return (max(low) if low else None), (min(high) if high else None)
