"""A source that asked to be left alone is, across runs and restarts: bounded, and never for ever."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug import Response

from collectors import cooldown
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.sources import package_index
from collectors.states import RETRY_AFTER, next_due, source_list
from db import clock, read
from db.engine import Engine, reading
from tests.fakes.package_index import PackageIndex

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SOURCE = package_index.SOURCE


def go(store: Engine, settings: Settings, *systems: str, due_only: bool = False) -> RunReport:
    (report,) = collect(
        ["package_index"],
        engine=store,
        settings=settings,
        systems=systems or None,
        due_only=due_only,
        registered=[SOURCE],
    )
    return report


def later(seconds: str) -> Response:
    return Response("come back later", 429, headers={"Retry-After": seconds})


@pytest.mark.parametrize(
    ("wait_s", "rest"),
    [(3_600.0, timedelta(hours=1)), (3.2e8, timedelta(hours=24)), (float("inf"), timedelta(hours=24))],
)
def test_a_wait_is_kept_and_a_hostile_one_is_cut_to_a_day(wait_s: float, rest: timedelta) -> None:
    assert cooldown.not_before(cooldown.note(wait_s, NOW), NOW) == NOW + rest


def test_what_was_said_to_nobody_does_not_hold_for_who_has_a_key_now() -> None:
    without, with_one = cooldown.note(60, NOW, keyed=False), cooldown.note(60, NOW, keyed=True)
    assert cooldown.not_before(without, NOW, keyed=True) is None
    assert cooldown.not_before(without, NOW, keyed=False) is not None
    assert cooldown.not_before(with_one, NOW, keyed=True) is not None
    assert cooldown.not_before(with_one, NOW, keyed=False) is not None


@pytest.mark.parametrize("wait_s", [None, 0.0, -5.0, float("nan")])
def test_no_wait_and_one_that_is_past_keep_nothing(wait_s: float | None) -> None:
    assert cooldown.note(wait_s, NOW) == {}


@pytest.mark.parametrize(
    ("told", "until", "holds"),
    [
        (NOW, NOW + timedelta(hours=1), True),
        (NOW - timedelta(hours=2), NOW - timedelta(hours=1), False),
        (NOW + timedelta(days=1), NOW + timedelta(days=2), False),  # the clock was set back since
        (NOW, NOW + timedelta(days=3_650), False),  # nobody here ever writes that
    ],
)
def test_only_a_time_that_can_be_true_holds(told: datetime, until: datetime, holds: bool) -> None:
    kept = {"told": told.isoformat(), "not_before": until.isoformat()}
    assert cooldown.not_before(kept, NOW) == (until if holds else None)


@pytest.mark.parametrize("kept", [{}, {"told": 5, "not_before": "x"}, {"told": "2026", "not_before": None}])
def test_what_cannot_be_read_keeps_nobody_back(kept: dict[str, object]) -> None:
    assert cooldown.not_before(kept, NOW) is None


def test_a_source_is_left_alone_until_then_and_asked_again_after(
    store: Engine, settings: Settings, index: PackageIndex
) -> None:
    index.default, index.scripted = True, [later("7200")]
    told = go(store, settings)
    assert told.status == "unavailable"
    assert told.not_before is not None
    assert len(index.seen) == 1
    for report in (go(store, settings), go(store, settings, due_only=True), go(store, settings, "jax")):
        assert (report.status, report.requests, report.not_before) == ("skipped", 0, told.not_before)
        assert f"left alone until {told.not_before:%Y-%m-%d %H:%M} UTC" in report.message
    assert len(index.seen) == 1
    with clock.ahead(timedelta(hours=2, seconds=1)):
        assert go(store, settings, due_only=True).status == "ok"


def test_ten_years_are_a_day(store: Engine, settings: Settings, index: PackageIndex) -> None:
    index.default, index.scripted = True, [later("315360000")]
    assert go(store, settings).status == "unavailable"
    with clock.ahead(timedelta(hours=24, seconds=1)):
        assert go(store, settings).status == "ok"


def test_a_clock_that_is_set_back_locks_nothing(store: Engine, settings: Settings, index: PackageIndex) -> None:
    index.default, index.scripted = True, [later("7200")]
    with clock.ahead(timedelta(days=3_650)):
        assert go(store, settings).status == "unavailable"
    assert go(store, settings).status == "ok"
    with clock.ahead(timedelta(days=3_650)):
        assert go(store, settings).status == "ok"
    assert go(store, settings, due_only=True).status == "ok", "a success of the future is no success of today"
    assert go(store, settings, due_only=True).status == "skipped"


def test_it_is_on_the_list_of_sources(store: Engine, settings: Settings, index: PackageIndex) -> None:
    index.scripted = [later("7200")]
    until = go(store, settings).not_before
    with reading(store) as session:
        (listed,) = source_list(read.source_states(session), settings=settings, registered=[SOURCE])
    assert (listed["state"], listed["not_before"], listed["next_due"]) == ("failing", until, until)
    assert "left alone until" in listed["message"]


def test_it_outlives_the_process(store: Engine, home: Path, index: PackageIndex) -> None:
    index.scripted = [later("7200")]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    given = {"FRAMESCOPE_HOME": str(home), "FRAMESCOPE_PACKAGE_INDEX_URL": index.url}
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-m", "framescope", "collect", "package_index"],
            env=kept | given,
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert len(index.seen) == 1


def test_what_was_left_or_failed_is_due_again_within_the_hour(
    store: Engine, settings: Settings, index: PackageIndex
) -> None:
    index.default, index.scripted = True, [later("3600")]
    go(store, settings)
    with reading(store) as session:
        seen = read.source_states(session)["package_index"]
    assert seen.last_finished is not None
    assert next_due(SOURCE, seen, clock.now()) == cooldown.not_before(seen.parameters, clock.now())
    plain = seen._replace(parameters={}, last_status="failed")
    assert next_due(SOURCE, plain, clock.now()) == seen.last_finished + RETRY_AFTER
    left = seen._replace(parameters={"left": True}, last_status="partial", last_success=seen.last_finished)
    assert next_due(SOURCE, left, clock.now()) == seen.last_finished + RETRY_AFTER
    whole = left._replace(parameters={"left": False})
    assert next_due(SOURCE, whole, clock.now()) == seen.last_finished + timedelta(hours=SOURCE.cadence_hours)
