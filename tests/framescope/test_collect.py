"""`collect` and `sources` as commands: the cron line, its lock and its silence, bad input, bars on a terminal."""

import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from pytest_httpserver import HTTPServer
from werkzeug import Response

from db import write
from db.engine import open_database, writing
from framescope.progress import in_words
from tests.fakes.package_index import PackageIndex

COMMAND = [sys.executable, "-m", "framescope"]
LINE = ("collect", "--due", "package_index")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an empty database that has the catalogue."""
    from catalog.load import load_catalog

    home = tmp_path_factory.mktemp("prepared")
    engine = open_database(f"sqlite:///{home / 'framescope.db'}", create=True)
    with writing(engine) as session:
        run = write.start_run(session, kind="catalog", source="catalog")
        write.catalog(session, run, load_catalog())
        write.finish_run(session, run, status="ok")
    engine.dispose()
    return home


@pytest.fixture
def home(tmp_path: Path, prepared: Path) -> Path:
    """A copy of it for one test."""
    shutil.copytree(prepared, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def index(httpserver: HTTPServer) -> PackageIndex:
    return PackageIndex(httpserver, default=True)


def environment(home: Path, index: PackageIndex | None = None, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    asked = {"FRAMESCOPE_PACKAGE_INDEX_URL": index.url, "FRAMESCOPE_PACKAGE_INDEX_INTERVAL": "0"} if index else {}
    return kept | {"FRAMESCOPE_HOME": str(home)} | asked | more


def framescope(
    home: Path, *arguments: str, index: PackageIndex | None = None, **more: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(home, index, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_cron_line_says_nothing_where_all_is_well_and_the_second_does_nothing(
    home: Path, index: PackageIndex
) -> None:
    first = framescope(home, *LINE, index=index)
    asked = len(index.seen)
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    assert asked > 50
    second = framescope(home, *LINE, index=index)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert len(index.seen) == asked


def test_the_cron_line_speaks_when_something_failed(home: Path, index: PackageIndex) -> None:
    index.scripted = [Response("<html>", 200)]
    done = framescope(home, *LINE, index=index)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("framescope: package_index: failed: ")
    assert done.stderr.count("\n") == 1


def test_a_passing_trouble_wakes_nobody_and_a_lasting_one_does(home: Path, index: PackageIndex) -> None:
    assert framescope(home, *LINE, index=index).returncode == 0
    index.scripted = [Response("", 429, headers={"Retry-After": "86400"})]
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    _success_was(engine, hours=25)
    passing = framescope(home, *LINE, index=index)
    assert (passing.returncode, passing.stderr) == (0, "")
    _success_was(engine, hours=72)
    index.scripted = [Response("", 429, headers={"Retry-After": "86400"})]
    lasting = framescope(home, *LINE, index=index)
    engine.dispose()
    assert lasting.returncode == 1
    assert "package_index: unavailable" in lasting.stderr
    by_hand = framescope(home, "collect", "package_index", index=index)
    assert by_hand.returncode == 0, "it is skipped until the day is over"
    assert "left alone until" in " ".join(by_hand.stdout.split())


def _success_was(engine: Any, *, hours: int) -> None:
    """Let every run have been so long ago, and forget what the last one was told."""
    from sqlalchemy import text

    then = datetime.now(UTC) - timedelta(hours=hours)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM cursor WHERE key LIKE 'asked %'"))
        connection.execute(
            text("UPDATE run SET finished = :then, started = :then"), {"then": then.replace(tzinfo=None)}
        )
        keep = text(
            "UPDATE run SET parameters = json_remove(parameters, '$.told', '$.not_before')"
            " WHERE source = 'package_index'"
        )
        connection.execute(keep)


def test_two_cron_lines_never_overlap_and_a_killed_one_blocks_nobody(home: Path, index: PackageIndex) -> None:
    (home / "locks").mkdir(exist_ok=True)
    with FileLock(home / "locks" / "due.lock"):
        blocked = framescope(home, *LINE, "--json", index=index)
    assert (blocked.returncode, index.seen) == (0, [])
    (run,) = json.loads(blocked.stdout)["runs"]
    assert (run["status"], run["message"]) == ("skipped", "another collection of what is due is going on")
    index.scripted = [Response("", 503, headers={"Retry-After": "30"})]
    killed = subprocess.Popen([*COMMAND, *LINE], env=environment(home, index))
    until = time.monotonic() + 30
    while not index.seen and time.monotonic() < until:
        time.sleep(0.05)
    assert json.loads(framescope(home, *LINE, "--json", index=index).stdout)["runs"][0]["status"] == "skipped"
    killed.kill()
    killed.wait(10)
    after = json.loads(framescope(home, *LINE, "--json", index=index).stdout)["runs"][0]
    assert after["status"] == "ok"


def test_a_dry_run_says_the_calls_and_changes_no_byte(home: Path, index: PackageIndex) -> None:
    before = (home / "framescope.db").read_bytes()
    told = json.loads(framescope(home, "collect", "--dry-run", "--json", index=index).stdout)["runs"]
    predicted = {run["source"]: run["predicted"] for run in told}
    assert predicted["package_index"]["least"] == 61
    asked_nobody = {name for name, calls in predicted.items() if calls is None}
    assert asked_nobody == {"git", "google_trends", "papers_with_code", "wheels"}, "they are told why"
    assert all(calls["most"] >= calls["least"] for calls in predicted.values() if calls)
    assert ((home / "framescope.db").read_bytes(), index.seen) == (before, [])
    assert not (home / "receipts").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("collect", "package_indx"), "Did you mean package_index"),
        (("collect", "--system", "pytroch"), "Did you mean pytorch"),
        (("collect", "--since", "2999-01-01"), "must lie between 1990-01-01 and today"),
        (("collect", "--since", "1989-12-31"), "must lie between 1990-01-01 and today"),
    ],
)
def test_bad_input_is_one_line_and_asks_nobody(
    home: Path, index: PackageIndex, arguments: tuple[str, ...], words: str
) -> None:
    done = framescope(home, *arguments, index=index)
    assert (done.returncode, done.stdout, index.seen) == (2, "", [])
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_day_that_is_none_is_wrong_usage(home: Path) -> None:
    assert framescope(home, "collect", "--since", "2024-02-30").returncode == 2


def test_a_home_that_cannot_be_written_is_named_before_anybody_is_asked(
    home: Path, index: PackageIndex, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    elsewhere = {"FRAMESCOPE_DATABASE_URL": f"sqlite:///{home / 'framescope.db'}"}
    done = framescope(tmp_path / "file" / "home", "collect", "package_index", index=index, **elsewhere)
    assert (done.returncode, index.seen) == (1, [])
    assert "Set FRAMESCOPE_HOME to a directory you may write to" in done.stderr


def test_a_database_that_cannot_be_written_is_named_before_anybody_is_asked(home: Path, index: PackageIndex) -> None:
    read_only = f"sqlite:///file:{home / 'framescope.db'}?mode=ro&uri=true"
    done = framescope(home, "collect", "package_index", index=index, FRAMESCOPE_DATABASE_URL=read_only)
    assert (done.returncode, index.seen) == (1, [])
    assert "The database cannot be written to" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_list_tells_a_run_of_one_system_from_a_success(home: Path, index: PackageIndex) -> None:
    def listed() -> dict[str, Any]:
        rows = json.loads(framescope(home, "sources", "--json", index=index).stdout)
        found: dict[str, Any] = {row["source"]: row for row in rows}["package_index"]
        return found

    never = listed()
    assert (never["state"], never["last_success"], never["key"]) == ("never", None, "none")
    assert {"calls_backfill", "calls_daily", "next_due", "not_before"} <= set(never)
    framescope(home, "collect", "package_index", "--system", "pytorch", index=index)
    some = listed()
    assert (some["state"], some["last_success"]) == ("never", None)
    assert "the last success was for pytorch only" in some["message"]
    framescope(home, "collect", "package_index", index=index)
    whole = listed()
    assert whole["state"] == "ok"
    assert whole["last_success"] < whole["next_due"]
    assert "only" not in whole["message"]


def on_a_terminal(home: Path, index: PackageIndex, *arguments: str) -> tuple[str, str]:
    """What a command writes to standard output, which is a file, and to standard error, which is a terminal."""
    master, slave = pty.openpty()
    out = home / "out"
    with out.open("wb") as file:
        given = environment(home, index, TERM="xterm", COLUMNS="160", LINES="40")
        started = subprocess.Popen([*COMMAND, *arguments], env=given, stdout=file, stderr=slave)
        os.close(slave)
        seen = b""
        while select.select([master], [], [], 60)[0]:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
        started.wait(60)
    os.close(master)
    return out.read_text(), seen.decode(errors="replace")


def test_a_terminal_gets_bars_with_the_time_left_and_json_stays_clean(home: Path, index: PackageIndex) -> None:
    out, shown = on_a_terminal(home, index, "collect", "package_index")
    assert "of 61, " in shown
    assert " left" in shown
    assert "package_index" in out
    assert "left" not in out.replace("left alone", "")
    out, shown = on_a_terminal(home, index, "collect", "package_index", "--json")
    assert json.loads(out)["runs"][0]["source"] == "package_index"
    assert shown == ""


def test_no_terminal_gets_no_bars(home: Path, index: PackageIndex) -> None:
    done = framescope(home, "collect", "package_index", index=index)
    assert done.stderr == ""
    assert "package_index" in done.stdout


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (40, "40 s"), (90, "2 min"), (720, "12 min"), (7_500, "2 h 5 min")]
)
def test_time_left_is_said_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
