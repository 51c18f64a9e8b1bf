"""A public site of a test's own, in a process, and what its visitors' jobs are in its store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from db import read
from db.engine import open_database, reading
from db.read import JobRow
from tests.dashboard.running import running

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
    with running(home, port, "0.0.0.0", **settings) as log:  # noqa: S104  # told, not bound
        yield PublicSite(f"http://127.0.0.1:{port}", home, log)
