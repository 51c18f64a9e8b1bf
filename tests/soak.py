"""Collect while much goes wrong (`make soak`): thousands of requests with faults by seed, and kills at any instant."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from catalog.load import load_catalog
from db import write
from db.engine import open_database, writing
from tests.collectors.content import content, difference, let_time_pass, unsound
from tests.collectors.worldly import NAMES, gather, hurry
from tests.fakes.asked import Misbehaviour
from tests.fakes.loopback import Whims, World
from tests.fakes.misbehaviours import PASSING_BY

ROUNDS = 400
SHORT_SOURCES = ("package_index", "clickpy", "conda", "dockerhub", "ecosystems", "github", "huggingface", "wikimedia")
SHORT_SYSTEMS = ("pytorch", "tensorflow", "jax", "keras", "all")


@dataclass(frozen=True)
class Outcome:
    """What a soak came to; ``wrong`` names what is not as it should be."""

    requests: int
    faults: Counter[str]
    rounds: int
    wrong: list[str]


def catalogued(path: Path) -> Path:
    """A home with the catalogue in its database and nothing else."""
    path.mkdir(parents=True)
    engine = open_database(f"sqlite:///{path / 'framescope.db'}", create=True)
    with writing(engine) as session:
        run = write.start_run(session, kind="catalog", source="catalog")
        write.catalog(session, run, load_catalog())
        write.finish_run(session, run, status="ok")
    engine.dispose()
    return path


def soak(
    world: World,
    home: Path,
    seed: int,
    rate: float,
    systems: Sequence[str] | None,
    honest: Any,
    among: Sequence[Misbehaviour] = PASSING_BY,
) -> Outcome:
    """Collect among faults until every source is through, once more without any, and compare with ``honest``."""
    world.counts.clear()
    world.wrong.clear()
    world.whims = Whims(seed, rate, among)
    left, rounds = list(NAMES), 0
    while left and rounds < ROUNDS:
        reports = gather(world, home, left, systems, patient=False)
        left = [name for name in left if reports[name].status not in ("ok", "skipped")]
        rounds += 1
        let_time_pass(home)
    world.whims = Whims()
    last = gather(world, home, NAMES, systems)
    wrong = [f"never through: {left}"] if left else []
    wrong += [f"{name}: {one.message}" for name, one in last.items() if one.status not in ("ok", "skipped")]
    wrong += difference(honest, content(home)) + unsound(home)
    return Outcome(sum(world.counts.values()), world.wrong.copy(), rounds, wrong)


def faultless(world: World, home: Path, systems: Sequence[str] | None) -> Counter[Any]:
    """What a collection leaves where nothing goes wrong."""
    world.whims = Whims()
    bad = [report for report in gather(world, home, NAMES, systems).values() if report.status != "ok"]
    assert not bad, bad
    return content(home)


@contextmanager
def _child(
    world: World, home: Path, sources: Sequence[str], systems: Sequence[str], more: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    environment = kept | world.environment() | {"FRAMESCOPE_HOME": str(home), "NO_PROXY": "*", **more}
    words = [word for system in systems for word in ("--system", system)]
    command = [sys.executable, "-m", "framescope", "collect", *sources, *words, "--json"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as child:
        yield child


def collected(
    world: World,
    home: Path,
    sources: Sequence[str] = SHORT_SOURCES,
    systems: Sequence[str] = SHORT_SYSTEMS,
    more: Mapping[str, str] = MappingProxyType({}),
) -> int:
    """Collect by the command line, to the end; gives the number of requests. No systems means all."""
    world.watch, before = None, sum(world.counts.values())
    with _child(world, home, sources, systems, more) as child:
        _, said = child.communicate(timeout=120)
    if child.returncode != 0:
        raise RuntimeError(said.decode(errors="replace")[-2_000:])
    return sum(world.counts.values()) - before


def killed(world: World, home: Path, sources: Sequence[str], after: int, delay_s: float) -> bool:
    """Collect by the command line and kill it dead so long after so many requests; whether that came before its end."""
    reached, before = threading.Event(), sum(world.counts.values())

    def watch(_: str, total: int) -> None:
        if total - before >= after:
            reached.set()

    world.watch = watch
    with _child(world, home, sources, SHORT_SYSTEMS, {}) as child:
        while child.poll() is None and not reached.wait(0.2):
            pass
        try:
            child.wait(delay_s)
        except subprocess.TimeoutExpired:
            os.kill(child.pid, signal.SIGKILL)
        child.communicate(timeout=60)
    world.watch = None
    return child.returncode == -signal.SIGKILL


def kills(
    world: World, empty: Path, work: Path, seed: int, times: int, sources: Sequence[str] = SHORT_SOURCES
) -> list[str]:
    """Kill collections at instants chosen by seed, collect again, and say what differs from one that was left alone."""
    shutil.copytree(empty, work / "whole")
    requests = collected(world, work / "whole", sources)
    honest, wrong, alive = content(work / "whole"), [], 0
    dice = random.Random(seed)  # noqa: S311  # instants, not secrets
    for number in range(times):
        home = work / f"kill-{number}"
        shutil.copytree(empty, home)
        after, delay_s = dice.randint(1, requests), dice.uniform(0, 0.05)
        alive += not killed(world, home, sources, after, delay_s)
        left = content(home)
        collected(world, home, sources)
        here = f"seed {seed}, kill {number}, {1_000 * delay_s:.0f} ms after request {after}"
        wrong += [f"{here}: before: {entry}" for entry in (left - honest) if entry[0] in ("observation", "release")]
        wrong += [f"{here}: {found}" for found in difference(honest, content(home)) + unsound(home)]
        shutil.rmtree(home)
    print(f"kills: seed {seed}, {times} of them, {alive} came after the end, {requests} requests a collection")
    return wrong + ([f"{alive} of {times} kills came too late"] if alive > times // 4 else [])


def main() -> int:
    """Soak until there were so many requests, then kill so many times; exit status 1 if anything differed."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rate", type=float, default=0.15)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given = parser.parse_args()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as scratch, World() as world, pytest.MonkeyPatch.context() as patch:
        work = Path(scratch)
        empty = catalogued(work / "empty")
        wrong += kills(world, empty, work, given.seed, given.kills) if given.kills else []
        hurry(patch)
        shutil.copytree(empty, work / "honest")
        honest, done, seed = faultless(world, work / "honest", SHORT_SYSTEMS), 0, given.seed
        while done < given.requests:
            home = Path(shutil.copytree(empty, work / f"soak-{seed}"))
            outcome = soak(world, home, seed, given.rate, SHORT_SYSTEMS, honest)
            done += outcome.requests
            print(f"soak: seed {seed}, {outcome.requests} requests, {outcome.faults.total()} wrong answers", end=" ")
            print(f"of {len(outcome.faults)} kinds, {outcome.rounds} rounds", flush=True)
            wrong += [f"seed {seed}: {each}" for each in outcome.wrong]
            seed += 1
    print("\n".join(wrong) or "the same database every time")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
