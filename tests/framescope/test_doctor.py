"""`doctor`: each check says ok on a sound machine, and what to do on one that is not."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import create_engine

from collectors import jobs
from db import write
from db.engine import open_database, writing
from db.migrations.upgrade import upgrade
from framescope import doctor
from tests.framescope.test_cli import framescope

NAMES = [name for name, _ in doctor.CHECKS]


@pytest.fixture
def path() -> Path:
    """The database of this test's home, of the current revision."""
    path = Path(os.environ["FRAMESCOPE_HOME"]) / "framescope.db"
    open_database(f"sqlite:///{path}", create=True).dispose()
    return path


def found(check: str) -> tuple[str, str]:
    """What one check finds."""
    one = next(one for one in doctor.look() if one.check == check)
    return one.state, one.message


def test_as_typed_every_check_answers_and_a_failure_is_the_exit_status(tmp_path: Path) -> None:
    home = tmp_path / "home"
    sick = framescope(home, "doctor", "--json")
    assert sick.returncode == 1
    states = {row["check"]: row["state"] for row in json.loads(sick.stdout)}
    assert list(states) == NAMES
    assert {name for name, state in states.items() if state == "fail"} == {"database", "revision"}
    assert not home.exists(), "looking changes nothing"
    open_database(f"sqlite:///{home / 'framescope.db'}", create=True).dispose()
    sound = framescope(home, "doctor", "--json")
    assert sound.returncode == 0, sound.stdout
    rows = json.loads(sound.stdout)
    assert {tuple(row) for row in rows} == {("check", "state", "message")}
    assert "fail" not in {row["state"] for row in rows}
    assert all(row["message"] for row in rows)
    read = framescope(home, "doctor")
    assert all(name in read.stdout for name in NAMES)


def test_a_setting_that_cannot_be_used_is_named_without_its_value(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_GITHUB_TOKEN", "s3cret value")
    state, message = found("settings")
    assert (state, "FRAMESCOPE_GITHUB_TOKEN" in message, "s3cret" in message) == ("fail", True, False)
    monkeypatch.setenv("FRAMESCOPE_GITHUB_TOKEN", "s3cret-value")
    monkeypatch.setenv("FRAMESCOPE_OFFLINE", "1")
    state, message = found("settings")
    assert (state, "s3cret" in message, "Nothing is collected" in message) == ("ok", False, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FRAMESCOPE_RUN_QUEUE", "99"),
        ("FRAMESCOPE_RUN_COOLDOWN_S", "abc"),
        ("FRAMESCOPE_PUBLIC_URL", "nonsense"),
        ("FRAMESCOPE_ALLOWED_HOSTS", "a b"),
        ("FRAMESCOPE_SIGN_IN_URL", "foo"),
        ("FRAMESCOPE_RUN_TOKEN", "short"),
        ("FRAMESCOPE_GITHUB_TOKEN", "short"),
    ],
)
def test_whatever_the_site_reads_is_read_and_the_wrong_one_named(
    name: str, value: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    state, message = found("settings")
    assert (state, message.count(name)) == ("fail", 1), message
    monkeypatch.setenv("FRAMESCOPE_RUN_MOST_SECONDS", "-1")
    assert name in found("settings")[1]
    assert "FRAMESCOPE_RUN_MOST_SECONDS" in found("settings")[1]


def test_sign_in_that_lacks_a_part_and_an_unknown_language_are_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", "en, zz")
    state, message = found("settings")
    assert (state, "names zz," in message) == ("warn", True)
    monkeypatch.setenv("FRAMESCOPE_SIGN_IN_URL", "https://id.example.org/.well-known/openid-configuration")
    state, message = found("settings")
    assert (state, "FRAMESCOPE_SIGN_IN_COOKIE_SECRET" in message) == ("fail", True)


def test_no_password_of_the_database_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_DATABASE_URL", "postgresql://me:s3cret@127.0.0.1:1/none")
    told = list(doctor.look())
    assert not [one for one in told if "s3cret" in one.message]
    assert {one.state for one in told if one.check in ("database", "revision")} == {"fail"}


@pytest.mark.parametrize("url", ["mysql://me:s3cret@db/a", "oracle://db/a", "no address", "postgresql://me@h:port/a"])
def test_an_address_of_no_use_fails_two_checks_and_ends_none(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_DATABASE_URL", url)
    told = {one.check: one for one in doctor.look()}
    assert list(told) == NAMES
    assert {told["database"].state, told["revision"].state} == {"fail"}
    assert "postgresql://" in told["database"].message
    assert not [one for one in told.values() if "s3cret" in one.message or "itself failed" in one.message]


def test_a_check_that_dies_is_a_failure_and_the_others_answer(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    def dies() -> list[dict[str, Any]]:
        raise LookupError("s3cret-value was asked for")

    monkeypatch.setenv("FRAMESCOPE_GITHUB_TOKEN", "s3cret-value")
    monkeypatch.setattr(jobs, "variant_list", dies)
    told = {one.check: one for one in doctor.look()}
    assert list(told) == NAMES
    assert told["frameworks"].state == "fail"
    assert "LookupError: redacted was asked for" in told["frameworks"].message


def sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as opened:
        opened.execute(statement)
        opened.commit()


def test_another_revision_is_told_with_what_to_do(path: Path) -> None:
    sql(path, "UPDATE alembic_version SET version_num = '9999'")
    assert "upgrade Framescope" in found("revision")[1]
    path.unlink()
    older = create_engine(f"sqlite:///{path}")
    upgrade(older, "0005")
    older.dispose()
    state, message = found("revision")
    assert (state, "framescope init" in message) == ("fail", True)
    assert found("database")[0] == "fail"
    assert found("workers")[0] == "warn"


class Usage(NamedTuple):
    """What the system says of a disk."""

    total: int
    used: int
    free: int


@pytest.mark.parametrize(("free", "state"), [(1 << 20, "fail"), (1 << 30, "warn"), (1 << 40, "ok")])
def test_a_full_disk_fails_and_a_filling_one_warns(
    free: int, state: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 41, 0, free))
    assert found("disk")[0] == state


def test_a_home_that_is_a_file_or_lies_in_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    for named in (tmp_path / "file", tmp_path / "file" / "home"):
        monkeypatch.setenv("FRAMESCOPE_HOME", str(named))
        state, message = found("disk")
        assert (state, f"{tmp_path / 'file'} is no directory" in message) == ("fail", True)


def test_a_run_of_a_time_to_come_means_that_a_clock_is_wrong(path: Path) -> None:
    assert found("clock")[0] == "ok"
    engine = open_database(f"sqlite:///{path}")
    with writing(engine) as session:
        write.start_run(session, kind="collection", source="x")
    engine.dispose()
    assert found("clock")[0] == "ok"
    later = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S.000000")
    sql(path, f"UPDATE run SET started = '{later}'")  # noqa: S608  # a time of our own
    state, message = found("clock")
    assert (state, "yet to come" in message) == ("fail", True)


def test_jobs_that_wait_long_or_were_left_ask_for_a_worker(path: Path) -> None:
    engine = open_database(f"sqlite:///{path}")
    jobs.request_collection(engine, sources=["arxiv"], requested_by="test")
    assert found("workers")[0] == "ok"
    sql(path, "UPDATE job SET requested = '2026-01-01 00:00:00.000000'")
    assert found("workers")[0] == "warn"
    sql(path, "UPDATE job SET state = 'running', worker = 'x', lease_until = '2026-01-01 00:00:00.000000'")
    state, message = found("workers")
    assert (state, "Nobody works on job 1" in message) == ("warn", True)
    engine.dispose()


def test_a_failing_source_is_named(path: Path) -> None:
    state, message = found("sources")
    assert (state, "never asked" in message) == ("warn", True)
    engine = open_database(f"sqlite:///{path}")
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source="arxiv")
        write.finish_run(session, run, status="failed", message="refused")
    engine.dispose()
    state, message = found("sources")
    assert (state, message.startswith("arxiv (failing)")) == ("warn", True)


def test_a_browser_that_was_named_and_is_not_there_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_CHROMIUM", "/nowhere/chromium")
    state, message = found("browser")
    assert (state, "/nowhere/chromium is not there" in message) == ("warn", True)


def rows_of(**facts: Any) -> Callable[..., list[dict[str, Any]]]:
    return lambda **_: [facts]


def test_frameworks_and_gpus_that_are_lacking_are_told_with_the_reason(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = rows_of(variant="torch.eager", framework="pytorch", available=False, why_not="not installed", version="")
    monkeypatch.setattr(jobs, "variant_list", lacking)
    state, message = found("frameworks")
    assert (state, "pytorch: not installed" in message, "pip install" in message) == ("warn", True, True)
    there = rows_of(variant="torch.eager", framework="pytorch", available=True, why_not=None, version="2.9")
    monkeypatch.setattr(jobs, "variant_list", there)
    assert found("frameworks") == ("ok", "pytorch 2.9.")
    monkeypatch.setattr(jobs, "device_list", rows_of(device="cuda", name=None, available=False, why_not="no driver"))
    assert found("gpu") == ("ok", "None (no driver): the processor is measured.")
    monkeypatch.setattr(jobs, "device_list", rows_of(device="cuda:0", name="H", available=True, why_not=None))
    assert found("gpu") == ("ok", "cuda:0 H.")
