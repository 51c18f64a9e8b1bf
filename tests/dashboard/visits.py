"""A public site of a test's own, in a process, and what its visitors' jobs are in its store."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from db import read
from db.engine import open_database, reading
from db.read import JobRow
from tests.dashboard.conftest import ROOT

WAIT_S = 90
TOKEN = "planted-run-token"
COOKIE_SECRET = "planted-cookie-secret"


@dataclass(frozen=True)
class PublicSite:
    """Where it answers, what it stores, and what it said."""

    address: str
    home: Path
    log: Path

    def jobs(self) -> list[JobRow]:
        """The jobs of its queue, newest first."""
        engine = open_database(f"sqlite:///{self.home / 'framescope.db'}")
        with reading(engine) as session:
            found = read.jobs(session)
        engine.dispose()
        return found


@contextmanager
def public_site(home: Path, port: int, **settings: str) -> Iterator[PublicSite]:
    """The site as `framescope serve` starts it, told that it is bound to all addresses, and bound to the loopback."""
    open_database(f"sqlite:///{home / 'framescope.db'}", create=True).dispose()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    environment = kept | {"FRAMESCOPE_HOME": str(home), "FRAMESCOPE_SITE_ADDRESS": "0.0.0.0"} | settings  # noqa: S104  # told, not bound
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard/asgi.py")]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--browser.serverAddress", "localhost"]
    log = home.parent / f"public-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        until = time.monotonic() + WAIT_S
        while not answers(f"http://127.0.0.1:{port}/robots.txt"):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        yield PublicSite(f"http://127.0.0.1:{port}", home, log)
    finally:
        process.terminate()
        process.wait(30)


def answers(url: str) -> bool:
    """Whether there is a site by now."""
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False
