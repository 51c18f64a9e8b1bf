"""Runs, receipts listed, cursors, the state of sources, the catalogue, and releases with their files."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.exc import StatementError

from catalog.load import load_catalog
from db import read, write
from db.engine import Engine, reading, writing
from db.records import PackageFile, Release, Written
from tests.db.conftest import begin
from tests.db.made import NOON, dump, on, put, receipt, rows

WHEEL = PackageFile("torch-2.0-cp311.whl", "wheel", "cp311", "cp311", "manylinux_2_28_x86_64", 700, NOON, ">=3.9")
SDIST = PackageFile("torch-2.0.tar.gz", "sdist", size=90, uploaded_at=NOON)
TORCH = Release("pytorch", "torch", "2.0", NOON, files=(WHEEL, SDIST))


def test_a_run_is_opened_and_closed_with_its_outcome(engine: Engine) -> None:
    run = begin(engine)
    with reading(engine) as session:
        (opened,) = read.runs(session, source="clickpy")
        assert (opened.run, opened.status, opened.finished) == (run, "running", None)
    with writing(engine) as session:
        counts = {"requests": 3, "receipts": 2, "observations": 10, "new": 4, "revised": 1}
        kept: dict[str, Any] = {"again": 1}
        write.finish_run(session, run, status="partial", message="one page failed", parameters=kept, **counts)
    with reading(engine) as session:
        (closed,) = read.runs(session, kind="collect")
        assert (closed.status, closed.message, closed.requests, closed.revised) == ("partial", "one page failed", 3, 1)
        assert closed.finished is not None
        assert closed.finished >= closed.started
        assert read.source_states(session)["clickpy"].parameters["again"] == 1
        assert read.runs(session, kind="benchmark") == []
        assert read.runs(session, limit=1)[0].run == run


def test_abandoned_runs_of_one_source_are_closed(engine: Engine) -> None:
    left, other = begin(engine), begin(engine, "github")
    with writing(engine) as session:
        assert write.abandon_runs(session, source="clickpy", why="its process died") == 1
        assert write.abandon_runs(session, source="clickpy", why="its process died") == 0
    with reading(engine) as session:
        states = {run.run: (run.status, run.message) for run in read.runs(session, kind="collect")}
    assert states == {left: ("failed", "its process died"), other: ("running", "")}


def test_the_state_of_a_source_is_its_last_run_and_its_last_success(engine: Engine) -> None:
    for status in ("ok", "failed"):
        run = begin(engine)
        with writing(engine) as session:
            write.finish_run(session, run, status=status, message=status)
    with reading(engine) as session:
        state = read.source_states(session)["clickpy"]
        newest, oldest = read.runs(session, source="clickpy")
        assert (state.last_status, state.last_message, state.last_run) == ("failed", "failed", newest.started)
        assert state.last_success == oldest.finished
        assert "github" not in read.source_states(session)


def test_the_latest_good_receipt_of_an_address(engine: Engine, run: int) -> None:
    receipt(engine, run, etag='"old"')
    good = receipt(engine, run, etag='"new"', last_modified="Sat, 01 Aug 2026 12:00:00 GMT")
    receipt(engine, run, status=404)
    receipt(engine, run, status=304)
    receipt(engine, run, url="https://example.org/b")
    with reading(engine) as session:
        found = read.latest_receipt(session, "clickpy", "https://example.org/a")
        assert found is not None
        assert (found.receipt, found.etag, found.fetched_at) == (good, '"new"', NOON)
        assert read.latest_receipt(session, "github", "https://example.org/a") is None
        assert read.receipt(session, 999) is None


def test_a_cursor_is_moved_with_what_it_follows(engine: Engine, run: int) -> None:
    later = begin(engine)
    for value, under in (("2026-01-01", run), ("2026-01-02", later)):
        with writing(engine) as session:
            write.set_cursor(session, under, "clickpy", "until", value)
    with reading(engine) as session:
        assert read.cursor(session, "clickpy", "until") == "2026-01-02"
        assert read.cursor(session, "github", "until") is None
    assert rows(engine, "SELECT run_id FROM cursor") == [(later,)]


def test_everything_is_counted(engine: Engine, run: int) -> None:
    put(engine, run, [on(date(2026, 1, 1))], receipt=receipt(engine, run))
    put(engine, run, [on(date(2026, 1, 1), 2.0)])
    with reading(engine) as session:
        counts = read.counts(session)
    expected = {"series": 1, "observations": 1, "revisions": 1, "receipts": 1, "releases": 0, "runs": 2}
    assert {name: counts[name] for name in expected} == expected
    assert counts["systems"] == len(load_catalog().systems)


def test_the_same_catalogue_twice_changes_nothing(engine: Engine, run: int) -> None:
    before = dump(engine, "system", "metric", "series_break")
    with writing(engine) as session:
        assert write.catalog(session, run, load_catalog()) is False
    assert dump(engine, "system", "metric", "series_break") == before
    assert all(before.values())


def test_a_changed_catalogue_replaces_what_changed(engine: Engine, run: int) -> None:
    catalog = load_catalog()
    systems = {slug: system for slug, system in catalog.systems.items() if slug != "jax"}
    with writing(engine) as session:
        assert write.catalog(session, run, replace(catalog, systems=systems)) is True
    assert rows(engine, "SELECT count(*) FROM system WHERE slug = 'jax'") == [(0,)]
    assert rows(engine, "SELECT DISTINCT run_id FROM system") == [(run,)]
    assert rows(engine, "SELECT DISTINCT run_id FROM metric") != [(run,)], "what did not change keeps its run"


# --- releases -----------------------------------------------------------------------------------------------------


def publish(engine: Engine, run: int, *found: Release, source: str = "package_index") -> Written:
    with writing(engine) as session:
        return write.releases(session, run, source, found, None)


def test_releases_twice_change_nothing(engine: Engine, run: int) -> None:
    old = Release("pytorch", "torch", "0.1", None)
    assert publish(engine, run, TORCH, old, replace(TORCH, yanked=True)) == Written(new=2)
    before = dump(engine, "package_release", "package_file")
    assert publish(engine, begin(engine), old, TORCH) == Written(unchanged=2)
    assert dump(engine, "package_release", "package_file") == before
    with reading(engine) as session:
        newest, undated = read.releases(session, package="torch")
        assert (newest.version, newest.released_at, newest.files, newest.bytes_largest) == ("2.0", NOON, 2, 700)
        assert (undated.version, undated.released_at, undated.files, undated.bytes_largest) == ("0.1", None, 0, None)
        assert read.releases(session, system="keras") == []
        assert read.wheel_counts(session, "torch") == [("2.0", "cp311", "manylinux_2_28_x86_64", 1)]


@pytest.mark.parametrize(
    "changes",
    [
        {"yanked": True, "yanked_reason": "broken"},
        {"released_at": datetime(2026, 8, 2, tzinfo=UTC)},
        {"files": (WHEEL,)},
        {"files": (replace(WHEEL, yanked=True), SDIST)},
        {"files": (WHEEL, SDIST, replace(WHEEL, filename="torch-2.0-cp312.whl"))},
    ],
)
def test_a_changed_release_is_revised_once(engine: Engine, run: int, changes: dict[str, Any]) -> None:
    publish(engine, run, TORCH)
    later = begin(engine)
    changed = replace(TORCH, **changes)
    assert publish(engine, later, changed) == Written(revised=1)
    assert publish(engine, begin(engine), changed) == Written(unchanged=1)
    with reading(engine) as session:
        (found,) = read.releases(session)
    assert (found.files, found.yanked, found.released_at) == (len(changed.files), changed.yanked, changed.released_at)
    assert rows(engine, "SELECT run_id FROM package_release") == [(later,)]


def test_two_sources_of_releases_do_not_mix(engine: Engine, run: int) -> None:
    publish(engine, run, TORCH)
    assert publish(engine, run, TORCH, source="history.releases") == Written(new=1)


def test_an_upload_time_without_a_zone_is_refused(engine: Engine, run: int) -> None:
    naive = replace(WHEEL, uploaded_at=datetime(2026, 8, 1))  # noqa: DTZ001  # it is to be refused
    with pytest.raises(StatementError, match="without a zone"):
        publish(engine, run, replace(TORCH, files=(naive,)))
    assert rows(engine, "SELECT count(*) FROM package_release") == [(0,)]
