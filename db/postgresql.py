"""PostgreSQL: how an address becomes a connection, whose turn it is to write, and what the server's errors mean."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Text, inspect
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from db import errors
from db.models import Base

DIALECT = "postgresql"
DRIVER = "postgresql+psycopg"
WAIT_S = 30
"""How long a statement waits for a lock, as long as SQLite's busy timeout."""
CONNECT = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""What libpq is told unless the address says otherwise: a server that is gone is noticed within a minute."""
NO_DRIVER = (
    "PostgreSQL needs its driver: pip install 'framescope[postgresql]', in a checkout "
    "`.venv/bin/pip install psycopg[binary]`"
)
_PEN, _QUEUE, _UPGRADE = 7_402_001, 7_402_002, 7_402_003
"""Numbers of the server's advisory locks: of who writes figures, who queues a job, who upgrades."""
_AGAIN = "Nothing of it was written; try again."
_KINDS: dict[str, tuple[type[errors.StoreError], str]] = {
    "08": (errors.DatabaseAway, "The connection to the database server broke. Nothing half done was kept; try again."),
    "25006": (
        errors.DatabaseReadOnly,
        "The database server takes no writes now: it is a standby, or set to read-only.",
    ),
    "28": (errors.BadAddress, "The database server refuses this user or password. Correct FRAMESCOPE_DATABASE_URL."),
    "3D000": (errors.DatabaseMissing, "The server has no database of this name. Make one with `createdb`."),
    "40": (errors.DatabaseBusy, f"Another process was in the way. {_AGAIN}"),
    "42501": (
        errors.DatabaseReadOnly,
        "The user may not do this in the database. Make it the owner: ALTER DATABASE … OWNER TO ….",
    ),
    "42P01": (
        errors.DatabaseMissing,
        "It is no longer the Framescope database that it was. Put that back, or run `framescope init`.",
    ),
    "53100": (
        errors.DiskFull,
        "No space is left on the disk of the database server. Nothing was written and nothing stored was lost.",
    ),
    "53300": (errors.DatabaseBusy, "The database server has no connection left to give. Raise max_connections."),
    "55P03": (errors.DatabaseBusy, f"Another process kept the database locked for {WAIT_S} s. {_AGAIN}"),
    "57P": (errors.DatabaseAway, "The database server was stopped or is starting. Nothing half done was kept."),
    "58030": (errors.DiskTrouble, "The disk of the database server answered with an error: look at the disk."),
    "XX00": (errors.DatabaseDamaged, "The database server says that its data is damaged. Restore a backup."),
}
"""What an SQLSTATE, or a class of them by its first characters, means (PostgreSQL's manual, appendix A)."""
_AT_THE_DOOR = (
    (r"authentication failed|no pg_hba.conf entry|no password supplied|role .* does not exist", "28"),
    (r"too many clients|remaining connection slots|too many connections", "53300"),
    (r"the database system is", "57P"),
    (r"permission denied", "42501"),
    (r"database .* does not exist", "3D000"),
)
"""What the server says before there is a connection, which the driver hands on as text alone."""

_AWAY = (
    "The database server does not answer. Is it running, and is FRAMESCOPE_DATABASE_URL right? "
    "Nothing half done was kept."
)


def connect_arguments(url: URL) -> dict[str, Any]:
    """What the driver is told beside the address, which may say otherwise."""
    return {name: value for name, value in CONNECT.items() if name not in url.query}


def set_session(connection: Any, _record: object) -> None:
    """Set a new connection up: UTC, and no endless wait for a lock."""
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = '{WAIT_S}s'")
    connection.execute("SET timezone = 'UTC'")
    connection.autocommit = False


def take_pen(connection: Connection) -> None:
    """Wait until no other transaction writes figures, and keep others waiting until this one ends.

    Roll-ups and revisions are made from what is stored, so that two writers at a time would not see each other's rows.
    """
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_PEN})")


def take_queue(session: Session) -> None:
    """Let one transaction at a time add to the queue; SQLite has one writer anyway."""
    connection = session.connection()
    if connection.dialect.name == DIALECT:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_QUEUE})")


def server_time(session: Session) -> datetime | None:
    """What the server's clock says, for what several machines compare; None where there is no server."""
    connection = session.connection()
    if connection.dialect.name != DIALECT:
        return None
    told: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return told.astimezone(UTC)


def sessions_beside(connection: Connection) -> int:
    """How many other sessions are connected to the database, idle ones too; looked up afresh once a transaction.

    Who may not read all of `pg_stat_activity` sees of others' sessions that they are there, and of what kind not.
    """
    found = connection.exec_driver_sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND usesysid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'"
    )
    return int(found.scalar_one())


def begin_upgrade(connection: Connection) -> None:
    """Let one process at a time upgrade, and refuse a server whose database cannot hold every letter."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE})")
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise errors.BadAddress(
            f"The database keeps text as {encoding}, which cannot hold every name. Make one with "
            "`createdb --encoding=UTF8 --template=template0`."
        )


def end_upgrade(connection: Connection) -> None:
    """Let text compare byte by byte, as SQLite's and Python's does, whatever the language of the server."""
    there = inspect(connection).get_multi_columns()
    for table in Base.metadata.tables:
        for column in there.get((None, table), ()):
            kind = column["type"]
            if isinstance(kind, Text) and kind.collation != "C":
                connection.exec_driver_sql(
                    f'ALTER TABLE "{table}" ALTER COLUMN "{column["name"]}" TYPE text COLLATE "C"'
                )


def set_sequences(connection: Connection) -> None:
    """Let numbers go on after the highest there is; rows that were copied brought theirs."""
    for table in Base.metadata.sorted_tables:
        if "id" in table.c:
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), max(id)) FROM \"{table.name}\""  # noqa: S608 - our own names
            )
    connection.exec_driver_sql("ANALYZE")


def classified(error: BaseException) -> tuple[type[errors.StoreError] | None, str, str]:
    """The store's error that one of psycopg stands for, what to do, what was said; None for a fault of the program."""
    message = " ".join(str(error).split())
    state = getattr(error, "sqlstate", None)
    if state is None and type(error).__name__ in ("OperationalError", "ConnectionTimeout"):
        state = next((state for words, state in _AT_THE_DOOR if re.search(words, message, re.IGNORECASE)), None)
        if state is None:
            return errors.DatabaseAway, _AWAY, f"the driver says: {message}"
    if "NUL (0x00)" in message:
        return errors.ImpossibleValue, "A text holds the character NUL, which PostgreSQL does not keep.", ""
    for length in (5, 4, 3, 2):
        if state and state[:length] in _KINDS:
            kind, advice = _KINDS[state[:length]]
            return kind, advice, f"the server says: {message}"
    return None, message, ""
