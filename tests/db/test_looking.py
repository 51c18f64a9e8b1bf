"""Looking at a database before it is used: its revision, and its server's clock."""

import socket
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from postgresql_server import Server
from sqlalchemy import text

from db import clock, postgresql
from db.engine import Engine, open_database, writing
from db.errors import BadAddress, DatabaseAway, DatabaseDamaged
from db.looking import revision_of, seconds_ahead
from db.migrations import REVISIONS


def test_looking_for_a_revision_makes_nothing(file: Path, tmp_path: Path) -> None:
    assert revision_of(f"sqlite:///{tmp_path / 'none' / 'framescope.db'}") is None
    assert not (tmp_path / "none").exists()
    (tmp_path / "empty.db").touch()
    assert revision_of(f"sqlite:///{tmp_path / 'empty.db'}") is None
    assert revision_of(f"sqlite:///{file}") == REVISIONS[-1]
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(DatabaseDamaged):
        revision_of(f"sqlite:///{file}")


@pytest.fixture
def mute() -> Iterator[tuple[int, threading.Event]]:
    """A port that takes connections and says nothing, and an event that is set when it hung up after half a minute."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        gave_up = threading.Event()

        def hang_up() -> None:
            gave_up.set()
            listening.settimeout(1.0)
            try:
                while True:
                    listening.accept()[0].close()
            except OSError:
                return

        timer = threading.Timer(30.0, hang_up)
        timer.start()
        yield int(listening.getsockname()[1]), gave_up
        timer.cancel()
        if gave_up.is_set():
            timer.join(10)


def test_a_server_that_says_nothing_is_not_waited_for(
    mute: tuple[int, threading.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgresql.CONNECT, "connect_timeout", 2)
    port, gave_up = mute
    with pytest.raises(DatabaseAway, match="does not answer"):
        revision_of(f"postgresql://me:planted@127.0.0.1:{port}/a")
    assert not gave_up.is_set()


def test_what_cannot_be_looked_at_is_told_as_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadAddress, match="sqlite:/// and postgresql://"):
        revision_of("mysql://me:planted@127.0.0.1/x")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadAddress, match=r"pip install 'framescope\[postgresql\]'"):
        revision_of("postgresql://me:planted@127.0.0.1/x")


def test_a_revision_of_another_time_is_told_as_it_is(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert revision_of(str(engine.url)) == "9999"


@pytest.mark.sqlite
def test_a_server_s_clock_is_compared_and_a_file_has_none(engine: Engine, server: Server) -> None:
    assert seconds_ahead(engine) is None
    on_server = open_database(server.url(server.create()), create=True)
    assert abs(seconds_ahead(on_server) or 0.0) < 30
    with clock.ahead(timedelta(hours=-1)):
        assert 3_570 < (seconds_ahead(on_server) or 0.0) < 3_630
    on_server.dispose()
