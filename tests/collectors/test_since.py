"""A run that is told since when to read leaves nothing out for good: what a plain run after it adds is all the rest."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from db import clock, read
from db.engine import open_database, reading
from tests.collectors.content import content, difference
from tests.collectors.worldly import NAMES, gather, hurry
from tests.fakes.loopback import World
from tests.soak import catalogued

SYSTEMS = ("pytorch", "tensorflow", "all")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as served:
        yield served


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    hurry(monkeypatch)
    return lambda name: catalogued(tmp_path / name)


@pytest.mark.parametrize("name", NAMES)
def test_a_plain_run_after_one_since_a_day_leaves_what_a_plain_run_alone_leaves(
    name: str, world: World, homes: Callable[[str], Path]
) -> None:
    honest, parted = homes("honest"), homes("parted")
    gather(world, honest, [name], SYSTEMS)
    days = 60 if name in ("arxiv", "conda_monthly", "hackernews") else 9
    gather(world, parted, [name], SYSTEMS, since=clock.today() - timedelta(days=days))
    report = gather(world, parted, [name], SYSTEMS)[name]
    assert report.status in ("ok", "skipped"), report.message
    kept, whole = content(parted), content(honest)
    lost = [line for line in difference(whole, kept) if line.startswith("missing")]
    assert lost == []


def test_a_run_since_a_day_is_no_success_for_the_rest(world: World, homes: Callable[[str], Path]) -> None:
    home = homes("home")
    assert gather(world, home, ["wikimedia"], SYSTEMS, since=clock.today() - timedelta(days=5))["wikimedia"].new
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    with reading(engine) as session:
        assert read.source_states(session)["wikimedia"].last_success is None
    gather(world, home, ["wikimedia"], SYSTEMS)
    with reading(engine) as session:
        assert read.source_states(session)["wikimedia"].last_success is not None
    engine.dispose()
