"""The schema an answer must have: OpenAPI's or JSON Schema, in snake_case or camelCase."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.gemini.errors import GeminiError, unknown_field

KNOWN = {
    *("type", "format", "title", "description", "nullable", "enum", "maxItems", "minItems", "properties"),
    *("required", "propertyOrdering", "items", "minLength", "maxLength", "minimum", "maximum", "pattern"),
    *("anyOf", "default", "example", "minProperties", "maxProperties"),
}
OF_JSON_SCHEMA = {"$defs", "$ref", "additionalProperties", "const", "prefixItems"}


@dataclass(frozen=True)
class Shape:
    """One value of an answer."""

    type: str  # object, array, string, integer, number, boolean
    properties: Mapping[str, "Shape"] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    items: "Shape | None" = None
    choices: tuple[Any, ...] = ()
    least: int = 0  # items or characters
    most: int | None = None


def camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match.group(1).upper(), name)


def shape_of(schema: Any, *, json_schema: bool, where: str = "generation_config.response_schema") -> Shape:
    """Raises GeminiError on a keyword Gemini does not know."""
    return _shape(schema, schema.get("$defs", {}) if json_schema else {}, json_schema, where)


def _shape(given: Any, defined: Mapping[str, Any], json_schema: bool, where: str) -> Shape:
    if not isinstance(given, Mapping):
        raise GeminiError("INVALID_ARGUMENT", f"{where} must be an object")
    if json_schema and "$ref" in given:
        return _shape(defined[str(given["$ref"]).rsplit("/", 1)[-1]], defined, json_schema, where)
    said = {name if name.startswith("$") else camel(name): value for name, value in given.items()}
    for name in said:
        if name not in KNOWN | (OF_JSON_SCHEMA if json_schema else set()):
            raise unknown_field(name, where)
    kind = str(said.get("type", "")).lower()
    if kind not in {"object", "array", "string", "integer", "number", "boolean"}:
        raise GeminiError("INVALID_ARGUMENT", f"{where}.type: {said.get('type')!r} is no type")
    size = "Items" if kind == "array" else "Length"
    return Shape(
        kind,
        {
            name: _shape(one, defined, json_schema, f"{where}.properties[{name}]")
            for name, one in said.get("properties", {}).items()
        },
        tuple(said.get("required", ())),
        _shape(said["items"], defined, json_schema, f"{where}.items") if "items" in said else None,
        tuple(said.get("enum", ())),
        int(said.get(f"min{size}", 0)),
        int(said[f"max{size}"]) if f"max{size}" in said else None,
    )
