"""A short soak: faults and kills by fixed seeds leave the same database; `make soak` does the same for longer."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug import Response

from collectors.sources import SOURCES
from tests.collectors.content import content
from tests.collectors.worldly import hurry
from tests.fakes.asked import Asked, Misbehaviour
from tests.fakes.faults import EVERYWHERE
from tests.fakes.loopback import FAKES, Whims, World
from tests.fakes.populated import NOT_ASKED
from tests.soak import catalogued, faultless, kills, soak

SYSTEMS = ("pytorch", "all")
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as served:
        yield served


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return catalogued(tmp_path_factory.mktemp("soak") / "empty")


@pytest.fixture(scope="module")
def honest(world: World, empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Counter[object]:
    home = Path(shutil.copytree(empty, tmp_path_factory.mktemp("faultless") / "home"))
    with pytest.MonkeyPatch.context() as patch:
        hurry(patch)
        return faultless(world, home, SYSTEMS)


def test_every_source_is_in_the_world() -> None:
    assert sorted([*NOT_ASKED, *(name for name, _ in FAKES)]) == sorted(source.name for source in SOURCES)


def test_the_same_seed_makes_the_same_answers_go_wrong() -> None:
    def chosen(seed: int) -> list[str]:
        whims = Whims(seed, 0.3, EVERYWHERE)
        return [bad.name if (bad := whims.choose("arxiv", number)) else "" for number in range(200)]

    assert chosen(1) == chosen(1) != chosen(2)
    assert 30 < sum(map(bool, chosen(1))) < 90


@pytest.mark.parametrize("seed", [1])  # `make soak` goes on from here, seed by seed
def test_faults_leave_the_database_of_a_run_without_any(
    seed: int, world: World, empty: Path, tmp_path: Path, honest: Counter[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    outcome = soak(world, Path(shutil.copytree(empty, tmp_path / "home")), seed, 0.2, SYSTEMS, honest)
    print(f"seed {seed}: {outcome.requests} requests, {outcome.rounds} rounds, {outcome.faults}")
    assert not outcome.wrong, f"seed {seed}:\n" + "\n".join(outcome.wrong)
    assert outcome.faults.total() > 20
    assert len(honest) > 300


def test_a_soak_finds_what_was_invented(
    world: World, empty: Path, tmp_path: Path, honest: Counter[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lie(asked: Asked) -> Response:
        said = asked.honest().get_data(as_text=True)
        return Response(re.sub(r'"pull_count": \d+', '"pull_count": 5', said), content_type="application/json")

    hurry(monkeypatch)
    home = Path(shutil.copytree(empty, tmp_path / "home"))
    outcome = soak(world, home, 1, 1.0, SYSTEMS, honest, [Misbehaviour("dockerhub", "a lie", lie)])
    assert [each for each in outcome.wrong if "invented: ('revision'" in each and "5.0" in each]


def test_collections_that_were_killed_leave_the_database_of_one_that_was_not(
    world: World, empty: Path, tmp_path: Path
) -> None:
    world.whims = Whims()
    # those that go on where they left off: there a lost or early cursor would show
    wrong = kills(world, empty, tmp_path, seed=11, times=2, sources=("clickpy", "github", "wikimedia"))
    assert not wrong, "\n".join(wrong)


def test_the_world_runs_from_the_command_line_and_a_collection_against_it(empty: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(empty, tmp_path / "home"))
    command = [sys.executable, "-m", "tests.fakes", "--seed", "3", "--faults", "0.0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        lines = list(itertools.takewhile(lambda line: not line.startswith("# http"), served.stdout))
        told = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines if line.startswith("export "))
        environment = os.environ | {name: value.strip("'") for name, value in told.items()}
        run = subprocess.run(
            [sys.executable, "-m", "framescope", "collect", "dockerhub"],
            env=environment | {"FRAMESCOPE_HOME": str(home), "NO_PROXY": "*"},
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip  # one line for where and how
        served.terminate()
        served.communicate(timeout=20)
    assert run.returncode == 0, run.stderr
    assert len(told) == 2 * len(FAKES) + 2
    assert {row[2] for table, row in content(home) if table == "observation"} == {"dockerhub"}
    assert served.returncode == 0
