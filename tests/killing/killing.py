"""A whole killing: a scene is set, its processes are killed by seed, everything is let come to its end, and counted."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from postgresql_server import Server

from collectors.lease import Leases
from db import read
from db.copying import copy
from db.engine import Engine, open_database, reading
from db.errors import StoreError
from tests.collectors.content import content, difference, unsound
from tests.conftest import find_free_port
from tests.fakes.loopback import World
from tests.killing.asking import SOURCES
from tests.killing.counting import counted
from tests.killing.scene import Scene, environment
from tests.killing.worker import LEASE_S
from tests.soak import catalogued, collected

SETTLED_S, LATE_S = 400.0, 30.0
"""How long all may take to come to rest; how long a lease may stand still beyond its end, while a worker starts."""
LOOK_S, READY_S, LONGEST_S = 0.05, 60.0, 2.5


@dataclass(frozen=True)
class Outcome:
    """What a killing came to; ``wrong`` names what is not as it should be."""

    killed: Counter[str]
    ended: Counter[str]
    unmoved_s: float
    rows: int
    wrong: list[str]

    def __str__(self) -> str:
        """As lines of a log."""
        killed = ", ".join(f"{name} {times}" for name, times in sorted(self.killed.items()))
        ended = ", ".join(f"{name} {times}" for name, times in sorted(self.ended.items()))
        told = f"{self.killed.total()} kills ({killed}); jobs: {ended}; {self.rows} rows of figures; "
        return told + f"a lease stood still for {self.unmoved_s:.1f} s at most, of {LEASE_S} s"


class Watch:
    """For how long a job was running by its row while its lease stood still."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.leases, self.longest = engine, Leases(), 0.0

    def look(self) -> list[str]:
        """Look once; gives the states of the jobs that have not ended, and one more where nobody answers."""
        try:
            with reading(self.engine) as session:
                found = self.leases.look(session)
                states = [job.state for job in read.jobs(session, states=("queued", "running"))]
        except StoreError:  # the server was killed just now
            return ["unknown"]
        self.longest = max([self.longest, *found.values()])
        return states


def kill(work: Path, seed: int, kills: int, *, jobs: int, site: bool = False, server: Server | None = None) -> Outcome:
    """Kill so many times while so many jobs are asked for, and count; ``server`` is killed too, where there is one."""
    day = datetime.now(UTC).date()
    home, dice = catalogued(work / "home"), random.Random(seed)  # noqa: S311  # instants, not secrets
    url = f"sqlite:///{home / 'framescope.db'}"
    if server is not None:
        _moved(url, server.url())
        url = server.url()
    with World() as world:
        told = environment(home, world.environment(), url)
        scene = Scene(home, find_free_port(), told, dice, jobs, site=site, server=server)
        engine = open_database(url)
        watch = Watch(engine)
        try:
            _kills(scene, watch, kills)
            wrong = _settled(scene, watch)
        finally:
            scene.end()
        ended, found = counted_after(world, scene, engine, work)
        engine.dispose()
    if datetime.now(UTC).date() != day:
        found = [f"MIDNIGHT PASSED, figures not compared; {each}" for each in found if "job" in each]
    late = [] if watch.longest < LEASE_S + LATE_S else [f"a lease stood still for {watch.longest:.0f} s"]
    return Outcome(
        scene.killed, ended, watch.longest, sum(content(home).values()), [*wrong, *found, *scene.wrong, *late]
    )


def counted_after(world: World, scene: Scene, engine: Engine, work: Path) -> tuple[Counter[str], list[str]]:
    """Collect once more undisturbed, and compare with a home in which nobody was killed."""
    last = {name: value for name, value in scene.environment.items() if name == "FRAMESCOPE_DATABASE_URL"}
    honest = catalogued(work / "honest")
    collected(world, honest, SOURCES, systems=())
    before: Counter[Any] = Counter() if scene.server else content(scene.home) - content(honest)
    collected(world, scene.home, SOURCES, systems=(), more=last)
    ended, wrong = counted(engine, scene.diary, scene.jobs)
    if scene.server is not None:
        _moved(str(engine.url), f"sqlite:///{scene.home / 'framescope.db'}")
    wrong += [f"before the last: {entry}" for entry in before if entry[0] == "observation"]
    return ended, wrong + difference(content(honest), content(scene.home)) + unsound(scene.home)


def _kills(scene: Scene, watch: Watch, kills: int) -> None:
    """Kill whoever is next, so long after it is in the middle of something."""
    deck: list[str] = []
    while scene.killed.total() < kills:
        deck = deck or scene.deck()
        victim, until = deck.pop(), time.monotonic() + READY_S
        while not scene.is_ready(victim) and time.monotonic() < until:
            _look(scene, watch)
        until = time.monotonic() + scene.dice.uniform(0.0, LONGEST_S)
        while time.monotonic() < until:
            _look(scene, watch)
        scene.kill(victim)


def _look(scene: Scene, watch: Watch) -> None:
    scene.look()
    watch.look()
    time.sleep(LOOK_S)


def _settled(scene: Scene, watch: Watch) -> list[str]:
    """Let everybody live until every job has ended and the site answers."""
    until = time.monotonic() + SETTLED_S
    while time.monotonic() < until:
        scene.look()
        asking, left = scene.roles["asking"], watch.look()
        if asking.through and not left and (not scene.site or _answers(scene.port)):
            return []
        time.sleep(LOOK_S)
    return [f"not at rest after {SETTLED_S:.0f} s: {Counter(watch.look())}"]


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/api/v1/metrics", timeout=10).status_code == 200
    except requests.RequestException:
        return False


def _moved(source: str, target: str) -> None:
    """Put all rows of one database into another, which need not be there yet."""
    if target.startswith("sqlite"):
        path = Path(target.removeprefix("sqlite:///"))
        for ending in ("", "-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
    one, other = open_database(source), open_database(target, create=True)
    copy(one, other)
    one.dispose()
    other.dispose()
