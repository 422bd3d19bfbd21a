"""How a flow's parameter looks in Prefect's form: its title, what a person should know, its limits."""

from __future__ import annotations

from typing import Any

from pydantic import Field


def asked(title: str, description: str, **limits: Any) -> Any:
    """For `Annotated`. Prefect replaces a field's own title and description, but keeps this schema."""
    return Field(json_schema_extra={"title": title, "description": description}, **limits)
