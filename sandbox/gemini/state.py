"""What the pretended model knows: its key, its names, what it may do in a day, and how obedient it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

MODELS = ("gemini-3.8-flash", "gemini-3.7-flash")
ALIASES = {"gemini-flash-latest": "gemini-3.8-flash"}  # only in the version that is not stable
CHANGEABLE = ("models", "region_supported", "requests_per_day", "obeys_the_attacker")


@dataclass
class Project:
    """A Cloud project with one key. `obeys_the_attacker`: the model does what the text it reads tells it."""

    seed: int
    models: tuple[str, ...] = MODELS
    region_supported: bool = True
    requests_per_day: int = 1_000_000
    obeys_the_attacker: bool = False
    answered: int = 0
    api_key: str = field(init=False)

    def __post_init__(self) -> None:
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
        self.api_key = "AIza" + "".join(Random(f"gemini/{self.seed}").choices(letters, k=35))  # noqa: S311

    def change(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Raises ValueError on a value that makes no sense; otherwise the state as it is then."""
        for name, value in values.items():
            current = getattr(self, name)
            given = tuple(value) if name == "models" and isinstance(value, list) else value
            if type(given) is not type(current):
                raise ValueError(f"{name} must be {type(current).__name__}, not {value!r}")
            setattr(self, name, given)
        return self.shown()

    def shown(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in CHANGEABLE} | {"answered": self.answered}
