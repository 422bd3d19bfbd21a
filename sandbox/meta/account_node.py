"""The ad account as a node, and who is asking."""

from typing import Any

from sandbox.meta.currencies import CURRENCIES, Currency
from sandbox.meta.errors import bad_parameter
from sandbox.meta.fields import nonexisting_field, parse_fields
from sandbox.meta.pages import page, with_paging
from sandbox.meta.parameters import Signature, field_types, signature
from sandbox.meta.state import Account
from sandbox.web import Request

CHANGEABLE = ("default_dsa_payor", "default_dsa_beneficiary")
ACTIVE_ACCOUNT = 1


def read_me(account: Account, request: Request) -> dict[str, Any]:
    values = {"id": account.user_id, "name": "AdFlux system user"}
    return _read("User", values, request, default="id,name", account=account)


def debug_token(account: Account, request: Request) -> dict[str, Any]:
    """Of the account's own token, all there is here; 0 is Meta's way to say that it does not run out."""
    valid = request.params.get("input_token") == account.access_token
    expires = account.token_expires_at
    return {
        "data": {
            "type": "SYSTEM_USER",
            "is_valid": valid,
            "expires_at": int(expires.timestamp()) if expires and valid else 0,
            "data_access_expires_at": 0,
            "user_id": account.user_id,
        }
    }


def read_account(account: Account, request: Request) -> dict[str, Any]:
    currency, country = account.currency, account.country
    offset = account.clock.now.utcoffset()
    values = {
        "id": account.id,
        "account_id": account.number,
        "name": account.name,
        "currency": currency.code,
        "timezone_name": account.clock.zone.key,
        "timezone_offset_hours_utc": offset.total_seconds() / 3600 if offset is not None else None,
        "account_status": ACTIVE_ACCOUNT,
        "disable_reason": 0,
        "business_country_code": country,
        "min_daily_budget": currency.minimum_budget("imp", country),
        "amount_spent": str(account.spent),
        "balance": str(account.spent),
        "spend_cap": "0",
    } | account.default_dsa
    return _read("AdAccount", values, request, default="id,account_id", account=account)


def change_account(account: Account, request: Request) -> dict[str, Any]:
    changes = signature("AdAccount", "api_update").decode(request.params, account.clock.zone)
    for name in changes:
        if name not in CHANGEABLE:
            raise bad_parameter(f"This sandbox does not change {name} of an ad account.", name)
    account.default_dsa |= changes
    return {"success": True}


def minimum_budgets(account: Account, request: Request) -> dict[str, Any]:
    """One row for each currency, as Meta lists them: the reader looks for its own."""
    takes = with_paging(signature("AdAccount", "get_minimum_budgets"))
    wanted = takes.decode(request.params, account.clock.zone)
    rows = [Currency(code).minimum_budgets(account.country) for code in sorted(CURRENCIES)]
    fields = set(parse_fields(wanted.get("fields", ""))) or set(rows[0])
    for name in fields - set(field_types("MinimumBudget")):
        raise nonexisting_field(name, "MinimumBudget")
    shown = [{name: row[name] for name in row if name in fields} for row in rows]
    return page(list(enumerate(shown)), request, wanted)


def _read(
    node_type: str, values: dict[str, Any], request: Request, *, default: str, account: Account
) -> dict[str, Any]:
    takes = Signature({"fields": "string"}, {})
    wanted = takes.decode(request.params, account.clock.zone)
    types = field_types(node_type)
    shown = {"id": values["id"]}
    for name in parse_fields(wanted.get("fields") or default):
        if name not in types:
            raise nonexisting_field(name, node_type)
        if values.get(name) is not None:
            shown[name] = values[name]
    return shown
