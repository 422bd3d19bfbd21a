"""Many people at the dashboard at once: real sessions in Streamlit's own protocol, each behind the gate.

Each session says what a browser says, waits until the page is there, thinks, and does the next thing. Nothing
is drawn: fifty browsers would not fit on one machine.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from benchmarks.peers.pages_served import COOKIE, Served

THINKS = (10.0, 20.0)  # seconds between one page and the next thing done
RAMP = 20.0  # seconds in which all of them come
PATIENCE = 60.0
PAGES = ("", "postings", "ads", "campaigns", "applications", "health", "reports", "segments")
WORDS = ("bodega", "bodega 77", "auxiliar", "Empresa", "")
# What can be chosen, by the end of the key of its row of buttons.
CHOICES = ("-period", "-measure-COP", "-costs-by", "-restated", "-language")
VIEWERS = [f"person{4 * number}@example.com" for number in range(1, 126)]


@dataclass
class Tally:
    """What all of them saw: milliseconds by what was done, and every error."""

    took: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def note(self, what: str, seconds: float) -> None:
        self.took.setdefault(what, []).append(seconds * 1000)


class Viewer:
    """One session of one person."""

    def __init__(self, socket: ClientConnection, chance: random.Random, tally: Tally) -> None:
        self._socket = socket
        self._chance = chance
        self._tally = tally
        self._page = ""
        self._script = ""
        self._offered: dict[str, tuple[str, Any]] = {}  # by widget: the part it is in, what is offered
        self._chosen: dict[str, Any] = {}

    async def live(self, until: float) -> None:
        await self._open("", "open the first page")
        while time.monotonic() < until:
            await asyncio.sleep(self._chance.uniform(*THINKS))
            await self._do_something()

    async def _do_something(self) -> None:
        rows = [one for one in self._offered if one.endswith(CHOICES)]
        search = next((one for one in self._offered if one.endswith("-search")), None)
        if search and self._chance.random() < 0.6:
            self._chosen[search] = self._chance.choice(WORDS)
            await self._run("search postings", self._offered[search][0])
        elif rows and self._chance.random() < 0.5:
            widget = self._chance.choice(rows)
            part, offered = self._offered[widget]
            self._chosen[widget] = [self._chance.choice(offered)]
            await self._run(f"choose {widget.rpartition('$$ID')[2].partition('-')[2]}", part)
        else:
            await self._open(self._chance.choice([one for one in PAGES if one != self._page]), "open a page")

    async def _open(self, page: str, what: str) -> None:
        self._page, self._script = page, ""
        kept = {one: value for one, value in self._chosen.items() if one.endswith("-language")}
        self._offered, self._chosen = {}, kept
        await self._run(what, "")

    async def _run(self, what: str, part: str) -> None:
        asked = BackMsg()
        run = asked.rerun_script
        run.query_string, run.fragment_id = "lang=es", part
        run.context_info.timezone, run.context_info.locale = "America/Bogota", "es-CO"
        if self._script:
            run.page_script_hash = self._script
        else:
            run.page_name = self._page
        for widget, value in self._chosen.items():
            state = run.widget_states.widgets.add()
            state.id = widget
            if isinstance(value, str):
                state.string_value = value
            else:
                state.string_array_value.data.extend(value)
        began = time.monotonic()
        await self._socket.send(asked.SerializeToString())
        drawn = 0
        while True:
            message = ForwardMsg()
            message.ParseFromString(bytes(await asyncio.wait_for(self._socket.recv(), PATIENCE)))  # type: ignore[arg-type]
            kind = message.WhichOneof("type")
            if kind == "delta":
                drawn += 1
                self._see(message.delta, what)
            elif kind == "navigation":
                self._script = message.navigation.page_script_hash
            elif kind == "script_finished":
                break
        self._tally.note(what, time.monotonic() - began)
        if not drawn:
            self._tally.errors.append(f"{what}: nothing was drawn")

    def _see(self, delta: Any, what: str) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception" or (kind == "alert" and element.alert.format == element.alert.ERROR):
            self._tally.errors.append(f"{what}: {str(element)[:200]}")
        elif kind == "button_group":
            row = element.button_group
            self._offered[row.id] = (delta.fragment_id, [option.content for option in row.options])
        elif kind == "text_input":
            self._offered[element.text_input.id] = (delta.fragment_id, "")


async def look_around(at: Served, viewers: int, seconds: float) -> Tally:
    """`viewers` people, each for about `seconds` after all have come."""
    tally = Tally()
    until = time.monotonic() + RAMP + seconds
    # One after another, and never the same things done in the same order by two.
    await asyncio.gather(
        *(_one(at, VIEWERS[number], number * RAMP / viewers, until, tally) for number in range(viewers))
    )
    return tally


async def _one(at: Served, account: str, later: float, until: float, tally: Tally) -> None:
    await asyncio.sleep(later)
    cookies = {COOKIE: at.cookie(account)}
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
            began = time.monotonic()
            page = await client.get(f"{at.url}/", headers={"Cookie": _written(cookies)})
            page.raise_for_status()
            alive = await client.get(f"{at.url}/_stcore/health")
            tally.note("pass the gate", time.monotonic() - began)
        xsrf = alive.cookies.get("_streamlit_xsrf") or ""
        async with connect(
            f"{at.url.replace('http', 'ws')}/_stcore/stream",
            additional_headers={"Cookie": _written({**cookies, "_streamlit_xsrf": xsrf})},
            origin=at.url,  # type: ignore[arg-type]
            subprotocols=["streamlit", xsrf or "x"],  # type: ignore[list-item]
            proxy=None,
            max_size=None,
        ) as socket:
            await Viewer(socket, random.Random(account), tally).live(until)  # noqa: S311
    except (OSError, TimeoutError, httpx.HTTPError, WebSocketException) as error:
        tally.errors.append(f"{account}: {type(error).__name__}: {error}")


def _written(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
