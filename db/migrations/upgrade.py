"""Bringing a database to a revision by Alembic, from nothing or from any earlier one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from db import postgresql
from db.errors import DatabaseDamaged


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Upgrade to ``revision``; data is kept. The whole upgrade is one transaction."""
    with migrating(engine) as config:
        command.upgrade(config, revision)


@contextmanager
def migrating(engine: Engine) -> Iterator[Config]:
    """Give Alembic's configuration for one transaction of migrations, committed at the end or rolled back whole."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with engine.connect() as connection, _unenforced(connection), connection.begin():
        config.attributes["connection"] = connection
        if connection.dialect.name == postgresql.DIALECT:
            postgresql.begin_upgrade(connection)
            yield config
            postgresql.end_upgrade(connection)
        else:
            yield config
            _require_sound_references(connection)


@contextmanager
def _unenforced(connection: Connection) -> Iterator[None]:
    """Suspend SQLite's foreign keys: a migration that rebuilds a table drops the old one, and its children with it.

    They can be switched outside a transaction only, so the driver is asked directly.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _require_sound_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise DatabaseDamaged(
            f"A row of {broken[0]} refers to a row of {broken[2]} that is not there; the upgrade was undone and "
            "nothing was changed. Restore a backup."
        )
