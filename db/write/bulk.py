"""Many rows into one table at the driver's speed: a type's own conversion, done once per distinct value."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DBAPIError

from db.postgresql import DIALECT


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep Python's cyclic garbage collector away while rows without cycles are made by the hundred thousand.

    It would walk through all of them again and again and find nothing, which takes a fifth of a backfill's time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Converted(dict[Any, Any]):
    """Remembers what a column's type makes of each value: a backfill repeats the same dates in every series."""

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, value: Any) -> Any:
        made = self[value] = self._convert(value)
        return made


class BulkInsert:
    """Inserts rows, whose values stand in the order of ``columns``, into one table; every value must be hashable.

    SQLAlchemy's work per row and column is done per distinct value instead, and PostgreSQL gets the rows by COPY.
    What was converted is remembered as long as the object lives.
    """

    def __init__(self, connection: Connection, table: Table, columns: Sequence[str]) -> None:
        self._connection, self._columns = connection, columns
        dialect = connection.dialect
        self._places = [column.name for column in table.columns if column.name in columns]
        self._by_copy = dialect.name == DIALECT
        if self._by_copy:
            quote = dialect.identifier_preparer.quote
            names = ", ".join(map(quote, self._places))
            self._statement = f"COPY {quote(table.name)} ({names}) FROM STDIN"
        else:
            self._statement = str(insert(table).compile(dialect=dialect, column_keys=list(columns)))
        kinds = {name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns}
        self._convert = {name: _Converted(kind).__getitem__ for name, kind in kinds.items() if kind is not None}

    def __call__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert these, in the transaction of the connection."""
        if not rows:
            return
        values: dict[str, Iterable[Any]] = dict(zip(self._columns, zip(*rows, strict=True), strict=True))
        for name, convert in self._convert.items():
            values[name] = map(convert, values[name])
        parameters = zip(*(values[name] for name in self._places), strict=True)
        if self._by_copy:
            self._copy(parameters)
        else:
            self._connection.exec_driver_sql(self._statement, list(parameters))

    def _copy(self, rows: Iterable[tuple[Any, ...]]) -> None:
        dialect: Any = self._connection.dialect
        driver: Any = self._connection.connection.driver_connection
        try:
            with driver.cursor() as cursor, cursor.copy(self._statement) as copy:
                for row in rows:
                    copy.write_row(row)
        except dialect.dbapi.Error as error:
            if driver.closed:
                self._connection.invalidate(error)
            raise DBAPIError.instance(self._statement, None, error, dialect.dbapi.Error, dialect=dialect) from error
