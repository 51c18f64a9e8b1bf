"""The log: lines to read or JSON, with job and source, and never a secret."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.about import about, at
from framescope.logs import JsonLines, PlainLines, tell
from tests.framescope.test_cli import framescope

SECRET = "s3cret-value-of-a-test"  # planted to be looked for
PASSWORD = "0ther-value-of-a-test"  # as above
log = logging.getLogger("collectors.test")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a logger writes as JSON, with three secrets set."""
    monkeypatch.setenv("FRAMESCOPE_GITHUB_TOKEN", SECRET)
    monkeypatch.setenv("FRAMESCOPE_RUN_TOKEN", SECRET + "-too")
    monkeypatch.setenv("FRAMESCOPE_DATABASE_URL", f"postgresql://me:{PASSWORD}@db/framescope")
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield written
    log.removeHandler(handler)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_says_when_what_and_about_which_job_and_source(said: io.StringIO) -> None:
    with at(job=7), at(source="arxiv"):
        log.info("asked %s\nand waited", "“politely”")
    log.warning("alone")
    first, second = lines(said)
    assert datetime.fromisoformat(first.pop("time")).utcoffset() is not None
    assert first == {
        "level": "info",
        "event": "asked “politely”\nand waited",
        "logger": "collectors.test",
        "job": 7,
        "source": "arxiv",
    }
    assert (second["level"], set(second)) == ("warning", {"time", "level", "event", "logger"})
    assert about() == {}


def test_no_secret_gets_into_a_line_however_it_comes(said: io.StringIO) -> None:
    try:
        raise ValueError(f"https://me:{SECRET}@example.org/?key={SECRET}")
    except ValueError:
        log.exception("token %s and %s", SECRET, [SECRET + "-too"])
    log.info(f"postgresql://me:{PASSWORD}@db/framescope and {PASSWORD} alone")
    assert SECRET not in said.getvalue()
    assert PASSWORD not in said.getvalue()
    assert "redacted" in said.getvalue()
    assert "ValueError" in lines(said)[0]["error"]
    record = logging.makeLogRecord({"msg": f"token {SECRET}", "levelname": "INFO", "name": "x"})
    assert PlainLines("%(message)s").format(record) == "token redacted"


def test_a_password_after_the_question_mark_of_the_database_is_a_secret(
    said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = "postgresql://db/framescope?user=me&password=s3cr%3At%40pw"
    monkeypatch.setenv("FRAMESCOPE_DATABASE_URL", written)
    log.info("%s and s3cr:t@pw alone", written)
    assert (lines(said)[0]["event"]) == "postgresql://db/framescope?user=me&password=redacted and redacted alone"


def test_an_error_of_a_command_holds_no_secret(tmp_path: Path) -> None:
    address = f"postgresql://127.0.0.1:1/{PASSWORD}?password={PASSWORD}"
    ended = framescope(tmp_path, "series", "--json", FRAMESCOPE_DATABASE_URL=f"{address}&sslmode={PASSWORD}")
    assert ended.returncode == 1
    assert (PASSWORD in ended.stdout, "redacted" in ended.stdout) == (False, True)
    assert (PASSWORD in ended.stderr, "redacted" in ended.stderr) == (False, True)


def test_a_long_message_is_cut_and_a_long_traceback_keeps_its_end(said: io.StringIO) -> None:
    try:
        raise ValueError("x" * 50_000 + "the end")
    except ValueError:
        log.exception("y" * 50_000)
    (line,) = lines(said)
    assert len(line["event"]) == len(line["error"]) == 16_384
    assert line["error"].endswith("the end")


def test_what_a_command_says_is_of_the_same_form(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tell("100 % open", "framescope: ", logging.ERROR)
    assert capsys.readouterr().err == "framescope: 100 % open\n"
    monkeypatch.setenv("FRAMESCOPE_LOG", "json")
    tell("100 % open", "framescope: ", logging.ERROR)
    written = json.loads(capsys.readouterr().err)
    assert (written["event"], written["level"]) == ("100 % open", "error")


def test_a_worker_logs_its_job_by_number(tmp_path: Path) -> None:
    home = tmp_path / "home"
    code = (
        "from collectors import jobs\nfrom db.engine import open_database\n"
        "print(jobs.request_collection(open_database(create=True), sources=['arxiv'], requested_by='test'))"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    settings = {"FRAMESCOPE_HOME": str(home), "FRAMESCOPE_OFFLINE": "1"}
    asked = subprocess.run(
        [sys.executable, "-c", code], env=kept | settings, capture_output=True, text=True, check=True, timeout=120
    )
    done = framescope(home, "worker", "--once", FRAMESCOPE_OFFLINE="1", FRAMESCOPE_LOG="json")
    assert done.returncode == 0, done.stderr
    written = [json.loads(line) for line in done.stderr.splitlines()]
    about_job = [line for line in written if line.get("job") == int(asked.stdout)]
    assert about_job[0]["event"].endswith("(collection) begins")
    assert [line["event"].split(":")[0] for line in about_job if line.get("source") == "arxiv"] == ["arxiv"]
    assert "ends: done" in about_job[-1]["event"]


def test_wrong_usage_is_a_line_of_a_json_log_and_has_its_status(tmp_path: Path) -> None:
    for line, said in (("worker --nonsense", "No such option: --nonsense"), ("bench", "Usage: ")):
        done = framescope(tmp_path, *line.split(), FRAMESCOPE_LOG="json")
        (written,) = [json.loads(line) for line in done.stderr.splitlines()]
        assert (done.returncode, done.stdout, written["level"]) == (2, "", "error")
        assert written["event"].startswith(said)
    text = framescope(tmp_path, "worker", "--nonsense")
    assert (text.returncode, text.stderr.startswith("Usage: ")) == (2, True)
    assert "No such option: --nonsense" in text.stderr


def broken(home: Path, body: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """What comes of `framescope jobs` where its command has a fault."""
    code = (
        "import sys, threading, warnings\nfrom framescope.commands import queue\nfrom framescope.cli import main\n"
        f"def fault(*_, **__):\n    {body}\nqueue.jobs = fault\nsys.argv = ['framescope', 'jobs']\nmain()"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    given = kept | {"FRAMESCOPE_HOME": str(home)} | settings
    return subprocess.run(
        [sys.executable, "-c", code], env=given, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_fault_is_a_line_of_a_json_log_without_secrets_and_a_traceback_elsewhere(tmp_path: Path) -> None:
    fault = f"raise ZeroDivisionError('two\\nlines, {SECRET}')"
    done = broken(tmp_path, fault, FRAMESCOPE_LOG="json", FRAMESCOPE_RUN_TOKEN=SECRET)
    (written,) = [json.loads(line) for line in done.stderr.splitlines()]
    assert (done.returncode, written["level"], written["logger"]) == (1, "critical", "framescope")
    assert written["event"] == "ZeroDivisionError: two\nlines, redacted"
    assert written["error"].startswith("Traceback")
    assert SECRET not in done.stderr
    text = broken(tmp_path, "raise ZeroDivisionError('text')")
    assert (text.returncode, text.stderr.splitlines()[-1]) == (1, "ZeroDivisionError: text")


def test_a_thread_s_fault_and_a_warning_are_lines_of_a_json_log(tmp_path: Path) -> None:
    body = "warnings.warn('soon'); threading.Thread(target=lambda: 1 / 0).start()"
    done = broken(tmp_path, body, FRAMESCOPE_LOG="json")
    warned, failed = (json.loads(line) for line in done.stderr.splitlines())
    assert (done.returncode, warned["logger"], failed["level"]) == (0, "py.warnings", "critical")
    assert "UserWarning: soon" in warned["event"]
    assert failed["event"] == "ZeroDivisionError: division by zero"


def test_a_form_there_is_not_is_wrong_usage(tmp_path: Path) -> None:
    done = framescope(tmp_path, "jobs", FRAMESCOPE_LOG="xml")
    assert (done.returncode, done.stderr) == (2, "framescope: FRAMESCOPE_LOG must be text or json.\n")
