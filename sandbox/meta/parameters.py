"""Parameter names, types and enums, read from the installed SDK of the same version as the API.

The SDK is generated from Meta's own specification, so it knows every name; it is only looked into,
never called. What the service refuses beyond names and types is in the `rules_*` files.
"""

import importlib
import json
import re
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.meta.errors import bad_parameter

NESTED = {
    "promoted_object": "AdPromotedObject",
    "degrees_of_freedom_spec": "AdCreativeDegreesOfFreedomSpec",
    "attribution_spec": "list<AttributionSpec>",
    "ad_set_goal": "AdCampaignGoal",
}
COLLECTION = re.compile(r"^(list|map)<(.*)>$")
# Documented on the "Ad" page, absent from the SDK's class.
UNLISTED = {"AdCreative": {"creative_id": "string"}}


class Signature:
    """What one endpoint takes."""

    def __init__(self, types: dict[str, str], enums: dict[str, frozenset[str]]) -> None:
        self.types = types
        self.enums = enums

    def decode(self, params: dict[str, str], zone: ZoneInfo) -> dict[str, Any]:
        """The parameters as values, or Meta's error for the first one that is unknown or ill-typed."""
        decoded = {}
        for name, text in params.items():
            if name not in self.types:
                raise bad_parameter(f'The parameter "{name}" does not exist', name)
            kind = NESTED.get(name, self.types[name])
            decoded[name] = _checked(name, kind, _from_text(name, kind, text), self.enums, zone)
        return decoded


@cache
def signature(class_name: str, method: str) -> Signature:
    """Of a node class of the SDK and its method, e.g. `("AdAccount", "create_campaign")`."""
    from facebook_business.api import FacebookAdsApi, FacebookSession

    api = FacebookAdsApi(FacebookSession(access_token="unused"))  # noqa: S106 - never sent anywhere
    node = sdk_class(class_name)("0", api=api)
    checker = getattr(node, method)(params={}, pending=True)._param_checker
    return Signature(dict(checker._type_check_info), _words(checker._enum_data))


def sdk_class(name: str) -> Any:
    return getattr(importlib.import_module(f"facebook_business.adobjects.{name.lower()}"), name)


@cache
def field_types(class_name: str) -> dict[str, str]:
    return dict(sdk_class(class_name)._field_types)


@cache
def _nested_class(name: str) -> tuple[dict[str, str], dict[str, frozenset[str]]] | None:
    try:
        found = sdk_class(name)
    except (ImportError, AttributeError):
        return None
    return found._field_types | UNLISTED.get(name, {}), _words(found._get_field_enum_info())


def _words(enums: dict[str, Any]) -> dict[str, frozenset[str]]:
    # Taken from `Enum.__dict__.values()`, which also holds the module's name and two descriptors.
    return {
        name: frozenset(
            word for word in values if isinstance(word, str) and not word.startswith("facebook_business.")
        )
        for name, values in enums.items()
    }


def _from_text(name: str, kind: str, text: str) -> Any:
    if kind == "list<string>" and not text.startswith("["):
        return [part.strip() for part in text.split(",")]
    if not (COLLECTION.match(kind) or kind in ("list", "map", "Object") or _nested_class(kind)):
        return text
    try:
        return json.loads(text)
    except ValueError:
        shape = "an array" if kind.startswith("list") else "a JSON object"
        raise bad_parameter(f"Param {name} must be {shape}.", name) from None


def _checked(name: str, kind: str, value: Any, enums: dict[str, frozenset[str]], zone: ZoneInfo) -> Any:
    if kind in enums:
        return _one_of(name, value, enums[kind])
    collection = COLLECTION.match(kind)
    if collection:
        return _collection(name, collection.group(1), collection.group(2), value, enums, zone)
    if kind in SCALARS:
        return SCALARS[kind](name, value, zone)
    nested = _nested_class(kind)
    if nested:
        return _object(name, value, *nested, zone)
    if kind in ("Object", "map", "list") and not isinstance(value, dict | list):
        raise bad_parameter(f"Param {name} must be a JSON object.", name)
    return value


def _one_of(name: str, value: Any, words: frozenset[str]) -> str:
    if value not in words or not isinstance(value, str):
        known = ", ".join(sorted(words))
        raise bad_parameter(f"Param {name} must be one of {{{known}}} - got unknown value {value!r}.", name)
    return value


def _collection(
    name: str, outer: str, inner: str, value: Any, enums: dict[str, frozenset[str]], zone: ZoneInfo
) -> Any:
    if outer == "list":
        if not isinstance(value, list):
            raise bad_parameter(f"Param {name} must be an array.", name)
        return [_checked(f"{name}[{i}]", inner, item, enums, zone) for i, item in enumerate(value)]
    if not isinstance(value, dict):
        raise bad_parameter(f"Param {name} must be a JSON object.", name)
    inner = inner.rsplit(",", maxsplit=1)[-1].strip()
    return {key: _checked(f"{name}[{key}]", inner, item, enums, zone) for key, item in value.items()}


def _object(
    name: str, value: Any, types: dict[str, str], enums: dict[str, frozenset[str]], zone: ZoneInfo
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad_parameter(f"Param {name} must be a JSON object.", name)
    unknown = sorted(set(value) - set(types))
    if unknown:
        names = ", ".join(f'"{key}"' for key in unknown)
        raise bad_parameter(f'Invalid keys {names} were found in param "{name}".', name)
    given = {key: item for key, item in value.items() if item is not None}  # null is as good as absent
    return {key: _checked(f"{name}[{key}]", types[key], item, enums, zone) for key, item in given.items()}


def _integer(name: str, value: Any, zone: ZoneInfo) -> int:  # noqa: ARG001 - one shape for all scalars
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    raise bad_parameter(f"Param {name} must be an integer.", name)


def _unsigned(name: str, value: Any, zone: ZoneInfo) -> int:
    number = _integer(name, value, zone)
    if number < 0:
        raise bad_parameter(f"Param {name} must be an integer greater than or equal to 0.", name)
    return number


def _number(name: str, value: Any, zone: ZoneInfo) -> float:  # noqa: ARG001
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        return float(value)
    raise bad_parameter(f"Param {name} must be a number.", name)


def _boolean(name: str, value: Any, zone: ZoneInfo) -> bool:  # noqa: ARG001
    if value in (True, "true", "1", 1):
        return True
    if value in (False, "false", "0", 0):
        return False
    raise bad_parameter(f"Param {name} must be a boolean.", name)


def _string(name: str, value: Any, zone: ZoneInfo) -> str:  # noqa: ARG001
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise bad_parameter(f"Param {name} must be a string.", name)


def _moment(name: str, value: Any, zone: ZoneInfo) -> datetime | None:
    """Unix seconds or ISO 8601; without an offset it is the account's own time; 0 is no time at all."""
    text = str(value)
    if text == "0":
        return None
    if re.fullmatch(r"[0-9]{1,11}", text):
        return datetime.fromtimestamp(int(text), UTC).astimezone(zone)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_parameter(f"Param {name} must be a valid date and time.", name) from None
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


SCALARS = {
    "int": _integer,
    "unsigned int": _unsigned,
    "float": _number,
    "bool": _boolean,
    "string": _string,
    "datetime": _moment,
}
