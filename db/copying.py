"""Moving everything to another database, of either kind, and proving that both say the same before it is kept."""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, MetaData, Row, Table, Text, cast, delete, exists, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from db import node_models, postgresql, probe_models, task_models, verdict_models  # noqa: F401  # their tables join the metadata
from db.engine import Engine, database_facts, reading, writing
from db.errors import CopyDiffers, DatabaseFilled, ImpossibleValue
from db.models import Base
from db.write.bulk import BulkInsert, without_collector

_BATCH = 10_000
_MOST_SHOWN = 100
"""Characters of a key's part that are said."""
_NAMES_NOTHING = "23503"
"""The SQLSTATE of a foreign key that leads nowhere."""
_WHERE = re.compile(r"^COPY \w+, line (\d+)(?:, column (\w+))?", re.MULTILINE)
"""How the server says where in a COPY it was."""
Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: rows by table, and the sha256 over all of them, which both databases have alike."""

    rows: dict[str, int]
    sha256: str


def copy(source: Engine, target: Engine, tell: Tell | None = None, *, replace: bool = False) -> Copied:
    """Copy every row of every table into an empty database, with the numbers the rows have.

    The source is read as it was at one moment, whoever writes meanwhile. The target gets everything in one transaction,
    is read back in it and compared, so that a copy that was broken off leaves nothing and can be started again.
    ``tell`` is told of each table that is done, and of its rows. With ``replace`` what the target holds goes first, in
    the same transaction. Receipts' bodies are files and are not touched.

    Raises:
        DatabaseFilled: the target holds a row.
        CopyDiffers: the target does not read back what was written.
        ImpossibleValue: a value is none that its column may hold, or a text holds NUL, which PostgreSQL does not keep;
            table, key and where it is known the column are said, the value is not.
    """
    with reading(source) as old, writing(target) as new:
        if replace:
            for table in reversed(Base.metadata.sorted_tables):
                new.execute(delete(table))
        _must_be_empty(new, target)
        written = {}
        for table in Base.metadata.sorted_tables:
            written[table.name] = _copied(old, new, table)
            if tell is not None:
                tell(table.name, written[table.name][0])
        if target.dialect.name == postgresql.DIALECT:
            postgresql.set_sequences(new.connection())
        for table in Base.metadata.sorted_tables:
            if _digest(_rows(new, table)) != written[table.name]:
                raise CopyDiffers(f"The table {table.name} does not read back as it was written; nothing was kept.")
    whole = hashlib.sha256("\n".join(f"{name} {digest}" for name, (_, digest) in written.items()).encode())
    return Copied({name: rows for name, (rows, _) in written.items()}, whole.hexdigest())


def _must_be_empty(session: Session, target: Engine) -> None:
    for table in Base.metadata.sorted_tables:
        if session.scalar(select(exists(select(table.c[0])))):
            raise DatabaseFilled(
                f"{database_facts(target)['database']} holds rows already (of {table.name}). Nothing was changed; "
                "name an empty database: an empty file's address, or one that `createdb` made."
            )


@without_collector()
def _copied(old: Session, new: Session, table: Table) -> tuple[int, str]:
    plain = _plain(table)
    columns = [column.name for column in plain.columns]

    def passing() -> Iterator[Sequence[Row[Any]]]:
        for batch in _readable(old, table):
            try:
                BulkInsert(new.connection(), plain, columns)([*map(tuple, batch)])
            except DBAPIError as error:
                refused = _refused(table, batch, error.orig)
                if refused is None:
                    raise
                raise refused from None  # the cause holds the row
            yield batch

    return _digest(passing())


def _readable(session: Session, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """All rows; where SQLite holds what a column's type cannot be read from, which row it is."""
    done = 0
    try:
        for batch in _rows(session, table):
            done += len(batch)
            yield batch
    except (DBAPIError, sqlite3.Error, ValueError, TypeError):
        found = _unreadable(session, table, done) if session.connection().dialect.name == "sqlite" else None
        if found is None:
            raise
        raise found from None  # as above


def _unreadable(session: Session, table: Table, after: int) -> ImpossibleValue | None:
    """What to say of the first of a batch's rows that cannot be read, looked at one by one; None where all can."""
    columns, ordered = _columns(table), tuple(table.primary_key.columns)
    try:
        keys = session.execute(select(*ordered).order_by(*ordered).offset(after).limit(_BATCH)).all()
    except (DBAPIError, sqlite3.Error, ValueError, TypeError):
        return _impossible(table, None, "", "its key cannot be read")
    for key in keys:
        for name, column in zip(table.columns.keys(), columns, strict=True):
            only = select(column).where(*(part == value for part, value in zip(ordered, key, strict=True)))
            try:
                session.execute(only).one()
            except (DBAPIError, sqlite3.Error, ValueError, TypeError):
                return _impossible(table, tuple(key), name, "what lies there is not of the column's kind")
    return None


def _refused(table: Table, batch: Sequence[Row[Any]], error: BaseException | None) -> ImpossibleValue | None:
    """What is said of a row that the server does not take (SQLSTATE class 22, or 23503); None for others."""
    names, keys = table.columns.keys(), table.primary_key.columns.keys()
    state, diagnosis = getattr(error, "sqlstate", None) or "", getattr(error, "diag", None)
    if "NUL (0x00)" in str(error):
        for row in batch:
            for name, value in zip(names, row, strict=True):
                if isinstance(value, str) and "\0" in value:
                    key = tuple(row[names.index(part)] for part in keys)
                    return _impossible(table, key, name, "it holds the character NUL, which PostgreSQL does not keep")
    if state == _NAMES_NOTHING:
        named = getattr(diagnosis, "constraint_name", None) or "a foreign key"
        return _impossible(table, None, "", f"a row names one that its other table does not have ({named})")
    if not state.startswith("22"):
        return None
    where = _WHERE.search(getattr(diagnosis, "context", None) or "")
    why = f"PostgreSQL does not take it (SQLSTATE {state})"
    if where is None or int(where[1]) > len(batch):
        return _impossible(table, None, "", why)
    row = batch[int(where[1]) - 1]
    return _impossible(table, tuple(row[names.index(part)] for part in keys), where[2] or "", why)


def _impossible(table: Table, key: tuple[Any, ...] | None, column: str, why: str) -> ImpossibleValue:
    names = table.primary_key.columns.keys()
    row = "" if key is None else f", row {', '.join(f'{n}={_cut(value)}' for n, value in zip(names, key, strict=True))}"
    named = f", column {column}" if column else ""
    return ImpossibleValue(
        f"A value of the table {table.name}{row}{named} cannot be copied: {why}. Nothing was kept; correct it in the "
        "source, then try again."
    )


def _cut(value: Any) -> str:
    return repr(value if not isinstance(value, datetime) else value.isoformat())[:_MOST_SHOWN]


def _plain(table: Table) -> Table:
    """The same table, with documents and bytes as they lie there: nothing is read into Python and written anew."""
    kinds = {column.name: _kind(column) for column in table.columns}
    return Table(table.name, MetaData(), *(Column(name, kind) for name, kind in kinds.items()))


def _kind(column: Column[Any]) -> Any:
    if isinstance(column.type, LargeBinary):
        return NullType()
    return Text() if isinstance(column.type, JSON) else column.type


def _rows(session: Session, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """All rows by their key, some thousand at a time; both kinds of database order text byte by byte."""
    query = select(*_columns(table)).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
    yield from session.execute(query).partitions()


def _columns(table: Table) -> list[Any]:
    return [cast(column, Text) if isinstance(column.type, JSON) else column for column in table.columns]


def _digest(batches: Iterator[Sequence[Row[Any]]]) -> tuple[int, str]:
    rows, found = 0, hashlib.sha256()
    for batch in batches:
        rows += len(batch)
        found.update("\n".join(repr([_said(value) for value in row]) for row in batch).encode())
    return rows, found.hexdigest()


def _said(value: Any) -> Any:
    """A value as it is compared: SQLite keeps no sign of nought."""
    if isinstance(value, float):
        return value + 0.0
    return value.isoformat() if isinstance(value, datetime) else value
