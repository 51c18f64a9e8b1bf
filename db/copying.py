"""Moving everything to another database, of either kind, and proving that both say the same before it is kept."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, MetaData, Row, Table, Text, cast, delete, exists, select
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from db import node_models, postgresql, probe_models, task_models, verdict_models  # noqa: F401  # their tables join the metadata
from db.engine import Engine, database_facts, reading, writing
from db.errors import CopyDiffers, DatabaseFilled
from db.models import Base
from db.write.bulk import BulkInsert, without_collector

_BATCH = 10_000
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
        ImpossibleValue: a text holds NUL, which PostgreSQL does not keep.
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

    def passing() -> Iterator[Sequence[Row[Any]]]:
        for batch in _rows(old, table):
            BulkInsert(new.connection(), plain, [column.name for column in plain.columns])([*map(tuple, batch)])
            yield batch

    return _digest(passing())


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
    columns = [cast(column, Text) if isinstance(column.type, JSON) else column for column in table.columns]
    query = select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
    yield from session.execute(query).partitions()


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
