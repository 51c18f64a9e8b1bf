"""Looking at a database before it is used: its revision, and its server's clock."""

from datetime import timedelta
from pathlib import Path

import pytest
from postgresql_server import Server
from sqlalchemy import text

from db import clock
from db.engine import Engine, open_database, writing
from db.errors import DatabaseDamaged
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
