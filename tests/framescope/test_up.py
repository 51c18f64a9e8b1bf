"""`up`, `serve` and `worker` as processes: they start, they are stopped together, they leave nothing behind."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

WAIT_S = 60.0


@contextmanager
def running(home: Path, *arguments: str) -> Iterator[tuple[psutil.Process, str]]:
    """Start a command and give its process and the address it says it is open at."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    settings = {"FRAMESCOPE_HOME": str(home), "FRAMESCOPE_OFFLINE": "1"}
    log = home / "log"
    home.mkdir(exist_ok=True)
    with log.open("wb") as errors:
        started = subprocess.Popen(
            [sys.executable, "-m", "framescope", *arguments], env=kept | settings, stdout=errors, stderr=errors
        )
    try:
        yield psutil.Process(started.pid), _address(started, log)
    finally:
        left = psutil.Process(started.pid).children(recursive=True) if started.poll() is None else []
        started.terminate()
        started.wait(30)
        psutil.wait_procs(left, timeout=10)
        assert not [child for child in left if child.is_running()], "a child outlived its parent"


def _address(started: "subprocess.Popen[bytes]", log: Path) -> str:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        if found := re.search(r"open at (\S+)", log.read_text()):
            return found[1]
        assert started.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310  # loopback
        return str(response.read().decode())


def _is_worker(process: psutil.Process) -> bool:
    return "worker" in process.cmdline()


def _worker_of(parent: psutil.Process, not_pid: int = 0) -> psutil.Process:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        for child in parent.children():
            if child.pid != not_pid and _is_worker(child):
                return child
        time.sleep(0.1)
    raise AssertionError("no worker")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with its database and the bundled figures, which take longer to load than the site to start."""
    home = tmp_path_factory.mktemp("prepared")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    environment = kept | {"FRAMESCOPE_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "framescope", "init"], env=environment, capture_output=True, check=True)
    return home


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(prepared, tmp_path / "home"))


def test_up_starts_everything_and_replaces_a_killed_worker(tmp_path: Path) -> None:
    with running(tmp_path, "up", "--port", "0", "--no-measure") as (parent, address):
        assert _get(f"{address}/_stcore/health") == "ok"
        assert "Framescope" in _get(address) or "streamlit" in _get(address).lower()
        worker = _worker_of(parent)
        worker.send_signal(signal.SIGKILL)
        assert _worker_of(parent, not_pid=worker.pid).is_running()
    listed = subprocess.run(
        [sys.executable, "-m", "framescope", "jobs", "--json"],
        env=os.environ | {"FRAMESCOPE_HOME": str(tmp_path)},
        capture_output=True,
        check=True,
        timeout=30,
    )
    assert json.loads(listed.stdout) == [], "offline, nothing is asked for"


def test_a_worker_ends_with_the_process_that_started_it(home: Path) -> None:
    with running(home, "up", "--port", "0", "--no-measure") as (parent, _address):
        worker = _worker_of(parent)
        others = [child for child in parent.children() if child.pid != worker.pid]
        parent.send_signal(signal.SIGKILL)
        worker.wait(20)
        assert not worker.is_running()
        if sys.platform == "linux":
            _gone, left = psutil.wait_procs(others, timeout=10)
            assert not left, "the site outlived a killed parent"


def test_a_request_to_end_while_the_site_starts_leaves_nothing(home: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    settings = {"FRAMESCOPE_HOME": str(home), "FRAMESCOPE_OFFLINE": "1"}
    command = [sys.executable, "-m", "framescope", "up", "--port", "0", "--no-measure"]
    started = subprocess.Popen(command, env=kept | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    parent = psutil.Process(started.pid)
    until = time.monotonic() + WAIT_S
    while not parent.children() and time.monotonic() < until:
        time.sleep(0.02)
    children = parent.children(recursive=True)
    assert children
    started.terminate()
    started.wait(30)
    _gone, left = psutil.wait_procs(children, timeout=10)
    assert not left


def test_serve_says_when_it_cannot_bind(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "framescope", "serve", "--address", "203.0.113.7"],
        env=os.environ | {"FRAMESCOPE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert "203.0.113.7:8501 cannot be used" in done.stderr
