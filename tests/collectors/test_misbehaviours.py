"""Each way in which a source is known to misbehave: the outcome of the run, and what is stored of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collectors.content import content, difference, let_time_pass
from tests.collectors.worldly import gather, hurry
from tests.fakes.asked import Misbehaviour
from tests.fakes.loopback import Whims, World
from tests.fakes.misbehaviours import OWN

STORED_ALL_THE_SAME = {
    ("github", "queries limited inside a 200"),  # the history of stars is had without queries
    ("github", "an empty history"),  # totals and releases are
    ("github_search", "incomplete results that stay"),  # as lower bounds
    ("huggingface", "a label that is ignored"),  # the list of new models
    ("stackexchange", "a bare total"),  # the totals of tags
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as served:
        yield served


@pytest.mark.parametrize("bad", OWN, ids=lambda bad: f"{bad.source}: {bad.name}")
def test_a_misbehaviour_is_an_outcome_and_no_figure(
    bad: Misbehaviour, world: World, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    world.counts.clear()
    world.wrong.clear()
    world.whims = Whims(1, 1.0, (bad,))
    report = gather(world, home, [bad.source])[bad.source]
    assert world.wrong, "it did not happen"
    assert report.status in bad.lasting, report.message
    assert "fault of the program" not in report.message
    left = content(home)
    if (bad.source, bad.name) not in STORED_ALL_THE_SAME:
        assert not left
    if bad.name == "incomplete results that stay":
        assert {row[-1] for table, row in left if table == "observation"} == {"lower_bound"}
    world.whims = Whims()
    let_time_pass(home)
    after = gather(world, home, [bad.source])[bad.source]
    assert after.status in ("ok", "skipped"), after.message
    if bad.name != "incomplete results that stay":
        kept = {entry for entry in left if entry[0] in ("observation", "release")}
        assert kept <= set(content(home)), difference(left, content(home))
    assert content(home)
