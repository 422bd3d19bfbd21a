"""`make soak`: many accounts, night after night, while calls fail and processes are killed.

Each night a day passes in the sandbox, a plan is approved and published, and `nightly` reads every account,
all by the worker of a stack of its own; 5 % of the calls fail, and once a minute the process of a run gets
SIGKILL. What died or failed is begun again, as its schedule would. Then what is stored is held against the
sandbox's truth. The last line is one JSON object; exit 1 when an invariant breaks or memory grows.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

import psutil
import psycopg
from candidate_base import fill_base
from meta_publications import open_posting
from run_killer import ENDED, RunKiller, going_on
from running_stack import Stack, eventually
from soak_verdict import broken
from soaked_world import BEFORE, SoakedWorld

from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.caps import set_caps
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.money import Money
from adflux_core.platforms import configured_accounts
from adflux_core.publication.converge import converge
from adflux_core.publication.orders import order_publication
from adflux_core.settings import apply_environment

PUBLISH, CONVERGE, NIGHT = (
    *("publish-campaign/on-demand", "converge-campaigns/on-demand"),
    "nightly/every-hour",
)
NO_ZOMBIE_AFTER = 120.0
GROWS_BY = 1.0  # MiB a night at most, of all processes that outlive a run
ENOUGH_NIGHTS = 10  # fewer say nothing about memory
PORTS = 4640, 8940
MIB = 2**20
Run = dict[str, Any]


@dataclass
class Soak:
    """One stack, and what is counted of it."""

    asked: argparse.Namespace
    world: SoakedWorld
    stack: Stack
    began_again: int = 0
    seconds: list[float] = field(default_factory=list)
    memory: list[dict[str, float]] = field(default_factory=list)
    postings: int = 0

    @property
    def url(self) -> str:
        return str(self.stack.noted["environment"]["ADFLUX_DATABASE_URL"])

    def prepare(self) -> None:
        """Nothing runs by itself; every account is known, full of ads, and has room for ours."""
        for deployment in self.stack.call("POST", "/deployments/filter", {}):
            for schedule in deployment["schedules"]:
                path = f"/deployments/{deployment['id']}/schedules/{schedule['id']}"
                self.stack.call("PATCH", path, {"active": False})
        apply_environment({**self.world.environment(), "ADFLUX_DATABASE_URL": self.url})
        fill_base(self.url, 400)
        most = Money.of("COP", 10**12)
        for key in configured_accounts():
            set_caps(open_platform(*key).account(), "soak", campaign=most, day=most, month=most)
        for account_id in self.world.account_ids[:2]:  # the pattern for all the ads of others
            (publication_id,) = order_publication(self._approved(account_id, 1), "soak")
            assert converge(publication_id, open_platform, quiescence=timedelta()).state == "active"
        self.world.advance(1)  # it is reviewed
        self.world.fill(self.asked.ads)
        self.world.advance(BEFORE.days)

    def night(self, number: int, killer: RunKiller) -> list[str]:
        began = time.monotonic()
        self.world.advance(1)
        account_ids = self.world.account_ids
        share = range(number, self.asked.publications, self.asked.nights)  # of the publications, this night's
        plan_id = self._approved(account_ids[number % len(account_ids)], len(share))
        self.world.misfortunes.at_peace = False
        self._work(plan_id)
        self.world.misfortunes.at_peace = True
        self.world.misfortunes.clear()
        eventually(lambda: killer.note_the_ended() or not killer.oldest_zombie(), NO_ZOMBIE_AFTER, pause=0.5)
        eventually(lambda: not going_on(self.stack), NO_ZOMBIE_AFTER, pause=0.5)  # or it would be counted
        self.seconds.append(time.monotonic() - began)
        self.memory.append(self._private_memory())
        return broken(self.world, self.url)

    def repair_everything(self) -> list[str]:
        """As every ten minutes, in peace: there is nothing to repair and nothing to put away."""
        run = self.stack.run(CONVERGE, ENDED)
        with psycopg.connect(self.url) as connected:
            orphans = connected.execute(b"SELECT count(*) FROM adflux.orphan").fetchall()
        wrong = (
            [] if run["state_type"] == "COMPLETED" else [f"the repair of everything is {run['state_type']}"]
        )
        return [*wrong, *broken(self.world, self.url), *([] if orphans == [(0,)] else [f"{orphans} orphans"])]

    def _approved(self, account_id: str, postings: int) -> int:
        name = PlatformName.META if account_id.startswith("act_") else PlatformName.GOOGLE_ADS
        ids = [open_posting(f"soak-{self.postings + one}") for one in range(postings)]
        self.postings += postings
        plan = draft_plan(
            *(ids, [name]),
            budget=Money.parse("COP 800000"),
            days=60,
            author="ana",
            start=self.world.today + timedelta(days=1),
            accounts=[account_id],
        )
        approve_plan(plan.plan_id, "luz")
        return plan.plan_id

    def _work(self, plan_id: int) -> None:
        """Until the night is read and the plan is out, whatever dies or fails meanwhile."""
        today = {"today": str(self.world.today)}
        night: Run | None = self.stack.begin(NIGHT, **today)
        publishing: Run | None = self.stack.begin(PUBLISH, plan_id=plan_id)
        deadline = time.monotonic() + self.asked.patience
        while night or publishing:
            if time.monotonic() > deadline:
                raise TimeoutError(f"a night is not done within {self.asked.patience} s")
            if night and (state := self._state(night)) in ENDED:
                night = None if state == "COMPLETED" else self._again(NIGHT, **today)
            if publishing and self._state(publishing) in ENDED:
                # The same again looks after what is in doubt and makes what was not made.
                publishing = None if self._is_out(plan_id) else self._again(PUBLISH, plan_id=plan_id)
            time.sleep(0.5)  # between looks

    def _is_out(self, plan_id: int) -> bool:
        with psycopg.connect(self.url) as connected:
            asked = b"SELECT bool_and(state = 'active') FROM adflux.publication WHERE plan_id = %s"
            return connected.execute(asked, [plan_id]).fetchall() == [(True,)]

    def _again(self, deployment: str, **parameters: Any) -> Run:
        self.began_again += 1
        return self.stack.begin(deployment, **parameters)

    def _state(self, run: Run) -> str:
        return str(self.stack.call("GET", f"/flow_runs/{run['id']}")["state_type"])

    def _private_memory(self) -> dict[str, float]:
        """MiB of each process that outlives a run, without what it shares with others."""
        assert self.stack.process is not None
        postmaster = (self.stack.home / "postgres/data/postmaster.pid").read_text().split()[0]
        pids = {**self.stack.noted["pids"], "database": int(postmaster)}
        found = {
            name: _private([root := psutil.Process(pid), *root.children(True)]) for name, pid in pids.items()
        }
        return {**found, "supervisor": _private([psutil.Process(self.stack.process.pid)])}


def _private(processes: Sequence[psutil.Process]) -> float:
    total = 0
    for one in processes:
        try:
            total += one.memory_full_info().uss
        except psutil.NoSuchProcess:  # a connection that was just closed
            continue
    return total / MIB


def _slopes(memory: Sequence[dict[str, float]]) -> dict[str, float]:
    """MiB a night, once a third of the nights have warmed everything up."""
    warm = memory[len(memory) // 3 :]
    nights = range(len(warm))
    if len(warm) < 2:
        return {}
    return {name: round(linear_regression(nights, [one[name] for one in warm]).slope, 2) for name in warm[0]}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--accounts", type=int, default=50, help="half of them Meta's, half Google's")
    parser.add_argument("--ads", type=int, default=1_000, help="in each account")
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--publications", type=int, default=500, help="over all nights")
    parser.add_argument("--faults", type=float, default=0.05, help="the part of the calls that fails")
    parser.add_argument("--kill-every", type=float, default=60.0, help="seconds")
    parser.add_argument(
        "--quiescence", type=int, default=60, help="seconds until what is in doubt is settled"
    )
    parser.add_argument("--patience", type=float, default=7_200.0, help="seconds a night may take")
    parser.add_argument(
        "--at-most", type=float, default=float("inf"), help="seconds after which no night begins"
    )
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    # ignore_cleanup_errors: the server's own user owns what it leaves behind.
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        SoakedWorld(asked.accounts, asked.seed, asked.faults) as world,
    ):
        stack = Stack(Path(folder) / "home", *PORTS)
        try:
            quiescence = {"ADFLUX_QUIESCENCE_SECONDS": str(asked.quiescence)}
            stack.start(**world.environment(), **quiescence)
            if not stack.alive:
                raise SystemExit(stack.wait()[1])
            soak = Soak(asked, world, stack)
            soak.prepare()
            return _nights(soak)
        finally:
            if stack.alive:
                stack.end()


def _nights(soak: Soak) -> int:
    wrong: list[str] = []
    began = time.monotonic()
    with RunKiller(soak.stack, soak.asked.kill_every, soak.asked.seed) as killer:
        for number in range(soak.asked.nights):
            wrong = soak.night(number, killer)
            memory = round(sum(soak.memory[-1].values()))
            told = f"{soak.seconds[-1]:.0f} s, {killer.kills} kills, {memory} MiB"
            _say(f"night {number + 1}: {told}, {len(wrong)} promises broken")
            if wrong or time.monotonic() - began > soak.asked.at_most:
                break
    wrong = wrong or soak.repair_everything()
    return _report(soak, killer, wrong)


def _report(soak: Soak, killer: RunKiller, wrong: Sequence[str]) -> int:
    slopes, zombie = _slopes(soak.memory), max(killer.ended_after, default=0.0)
    grows = sum(slopes.values())
    judged = len(soak.seconds) >= ENOUGH_NIGHTS
    holds = not wrong and zombie <= NO_ZOMBIE_AFTER and not (judged and grows >= GROWS_BY)
    figures = {
        "accounts": soak.asked.accounts,
        "ads_each": soak.asked.ads,
        "nights": len(soak.seconds),
        "publications": soak.postings,
        "calls_failed": soak.world.misfortunes.struck,
        "calls_failed_share": round(soak.world.misfortunes.struck / max(1, soak.world.misfortunes.asked), 3),
        "kills": killer.kills,
        "begun_again": soak.began_again,
        "longest_zombie_seconds": round(zombie, 1),
        "night_seconds": {"median": round(median(soak.seconds), 1), "longest": round(max(soak.seconds), 1)},
        "memory_mib": {name: round(one) for name, one in soak.memory[-1].items()},
        "memory_mib_a_night": slopes,
        "memory_judged": judged,
        "broken": list(wrong[:20]),
    }
    bound = {"broken": 0, "zombie_seconds": NO_ZOMBIE_AFTER, "memory_mib_a_night": GROWS_BY}
    answer = {"name": "soak", "figures": figures, "bound": bound, "grows": round(grows, 2), "holds": holds}
    _say(json.dumps(answer))
    return 0 if holds else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
