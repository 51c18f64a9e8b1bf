"""Waiting that can be called off, in a thread here and by Ctrl-C in a real process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from werkzeug import Response

from collectors.patience import LOOK_EVERY_S, Stopped, sleeper
from collectors.run import collect
from collectors.settings import Settings
from collectors.sources import package_index
from db import read
from db.engine import Engine, reading
from tests.fakes.package_index import PackageIndex


def test_a_pause_ends_within_a_moment_of_being_asked() -> None:
    began = time.monotonic()
    with pytest.raises(Stopped):
        sleeper(lambda: time.monotonic() > began + 0.1)(30.0)
    assert time.monotonic() - began < 0.1 + 2 * LOOK_EVERY_S + 0.5


def test_a_pause_nobody_calls_off_is_as_long_as_it_should_be() -> None:
    slept: list[float] = []
    began = time.monotonic()
    sleeper(lambda: False)(0.3)
    assert 0.3 <= time.monotonic() - began < 1.5
    sleeper(None, slept.append)(30.0)
    assert slept == [30.0]


def test_a_run_that_waits_between_tries_stops_as_asked(store: Engine, settings: Settings, index: PackageIndex) -> None:
    index.scripted = [Response("", 503, headers={"Retry-After": "20"})]
    began = time.monotonic()
    (report,) = collect(
        ["package_index"],
        engine=store,
        settings=settings,
        registered=[package_index.SOURCE],
        should_stop=lambda: bool(index.seen) and time.monotonic() > began + 0.5,
    )
    assert time.monotonic() - began < 5
    assert (report.status, len(index.seen)) == ("skipped", 1)
    assert "stopped as asked" in report.message


def test_ctrl_c_between_tries_ends_the_process_at_once_and_closes_the_run(
    store: Engine, home: Path, index: PackageIndex
) -> None:
    index.scripted = [Response("", 503, headers={"Retry-After": "20"})]
    for number in (signal.SIGINT, signal.SIGTERM):
        index.scripted = [Response("", 503, headers={"Retry-After": "20"})]
        before = len(index.seen)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
        given = {"FRAMESCOPE_HOME": str(home), "FRAMESCOPE_PACKAGE_INDEX_URL": index.url}
        started = subprocess.Popen(
            [sys.executable, "-m", "framescope", "collect", "package_index"],
            env=kept | given,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        until = time.monotonic() + 30
        while len(index.seen) == before and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)
        asked = time.monotonic()
        started.send_signal(number)
        _, said = started.communicate(timeout=30)
        assert time.monotonic() - asked < 1.5
        assert started.returncode not in (0, -number)
        assert "Traceback" not in said
        with reading(store) as session:
            newest = read.runs(session, source="package_index")[0]
        assert newest.status == "failed"
        assert "interrupted" in newest.message
