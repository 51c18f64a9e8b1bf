"""The site as `framescope serve` starts it, in a process of its own, for as long as a test needs it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.dashboard.conftest import ROOT

WAIT_S = 90


@contextmanager
def running(home: Path, port: int, told: str = "127.0.0.1", **settings: str) -> Iterator[Path]:
    """Run the site over a home, on the loopback; gives its log. ``told``: the address it thinks it is bound to."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    environment = kept | {"FRAMESCOPE_HOME": str(home), "FRAMESCOPE_SITE_ADDRESS": told} | settings
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard/asgi.py")]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--browser.serverAddress", "localhost"]
    log = home.parent / f"site-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        until_it_answers(port, process, log)
        yield log
    finally:
        process.terminate()
        process.wait(30)


def until_it_answers(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait for a site that was started, as long as it has not ended."""
    until = time.monotonic() + WAIT_S
    while not answers(f"http://127.0.0.1:{port}/robots.txt"):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)


def answers(url: str) -> bool:
    """Whether there is a site by now."""
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False
