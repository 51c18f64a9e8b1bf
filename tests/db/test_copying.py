"""Copying a whole database: every table and every kind of value, both ways, all of it or nothing."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest
from postgresql_server import Server
from sqlalchemy import JSON, Boolean, Date, Float, LargeBinary, Table, Text, func, insert, select, text

from db import read, write
from db.copying import copy
from db.engine import Engine, open_database, reading, writing
from db.errors import CopyDiffers, DatabaseFilled, ImpossibleValue
from db.models import Base, UTCDateTime
from tests.db.made import on, put, rows

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ("中 “quoted” \\N \\. \t\n\r end", "", "it's 100 % \U0001f600")
FLOATS = (0.1, -0.0, 5e-324, 1.7976931348623157e308)
TIMES = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))
DATES = (date(1, 1, 1), date(9999, 12, 31))
JSONS: tuple[Any, ...] = ({"z": 1, "a": [1e300, None, "中\u0000"]}, {}, {"deep": {"x": 0.1}})
KINDS: tuple[tuple[type[Any], tuple[Any, ...]], ...] = (
    (UTCDateTime, TIMES),
    (JSON, JSONS),
    (Boolean, (True, False)),
    (Date, DATES),
    (Float, FLOATS),
    (LargeBinary, (b"\x00\xff\\x41", b"")),
    (Text, TEXTS),
)


def value(table: Table, name: str, number: int) -> Any:
    """A value of a column that is hard to keep; null in every third row where it may be."""
    column = table.c[name]
    if column.foreign_keys:
        return TEXTS[0] + "1" if isinstance(column.type, Text) else 1
    if column.nullable and number % 3 == 0 and not column.unique:
        return None
    for kind, values in KINDS:
        if isinstance(column.type, kind):
            found = values[number % len(values)]
            return f"{TEXTS[0]}{number}" if kind is Text and (column.primary_key or column.unique) else found
    return number if name == "id" else 2**53 + number


def filled(engine: Engine) -> None:
    """Put rows into every table there is."""
    with writing(engine) as session:
        for table in Base.metadata.sorted_tables:
            alone = all(column.foreign_keys or isinstance(column.type, Date) for column in table.primary_key.columns)
            unique = any(index.unique for index in table.indexes)
            made = [{column.name: value(table, column.name, n) for column in table.columns} for n in range(1, 4)]
            session.execute(insert(table), made[:1] if alone or unique else made)


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Engine]:
    """A file with rows in every table."""
    engine = open_database(f"sqlite:///{tmp_path / 'old.db'}", create=True)
    filled(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def new(server: Server) -> Iterator[Engine]:
    """An empty database on the server, without tables even."""
    name = server.create()
    engine = open_database(server.url(name), create=True)
    yield engine
    engine.dispose()
    server.drop(name)


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with reading(engine) as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
        }


def test_every_table_goes_to_the_server_and_back_without_loss(old: Engine, new: Engine, tmp_path: Path) -> None:
    told: list[str] = []
    there = copy(old, new, lambda table, _rows: told.append(table))
    again = open_database(f"sqlite:///{tmp_path / 'again.db'}", create=True)
    assert copy(new, again) == there
    assert everything(old) == everything(new) == everything(again)
    assert min(there.rows.values()) > 0, "no table was left out"
    assert told == list(there.rows)
    assert rows(new, "SELECT parameters::text FROM run WHERE id = 1") == rows(old, "SELECT parameters FROM run LIMIT 1")
    again.dispose()


def test_what_is_written_after_a_copy_goes_on_where_the_numbers_ended(old: Engine, new: Engine) -> None:
    copy(old, new)
    with writing(new) as session:
        assert write.start_run(session, kind="collect", source="x") == 4
        assert write.request_job(session, kind="benchmark", parameters={}, requested_by="x") == 4


def test_figures_say_the_same_on_both(engine: Engine, run: int, new: Engine) -> None:
    put(engine, run, [on(date(2026, 1, day), 0.1 * day) for day in range(1, 31)])
    put(engine, run, [on(date(2026, 1, 3), 9.0)])
    copy(engine, new)
    with reading(engine) as one, reading(new) as other:
        assert list(read.content(one)) == list(read.content(other))
        assert read.charted(one, metric="downloads") == read.charted(other, metric="downloads") != []


def test_a_filled_database_is_refused_and_stays(old: Engine, new: Engine) -> None:
    with writing(new) as session:
        write.start_run(session, kind="collect", source="mine")
    with pytest.raises(DatabaseFilled, match="holds rows already"):
        copy(old, new)
    assert rows(new, "SELECT source FROM run") == [("mine",)]


def test_a_copy_that_is_broken_off_leaves_nothing_and_is_started_again(old: Engine, new: Engine) -> None:
    def broken(table: str, _rows: int) -> None:
        if table == "observation":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(old, new, broken)
    with reading(new) as session:
        assert [session.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables] == [0] * len(
            Base.metadata.sorted_tables
        )
    assert copy(old, new).rows["observation"] > 0


def test_what_does_not_read_back_is_not_kept(old: Engine, new: Engine) -> None:
    with writing(new) as session:
        session.execute(
            text(
                "CREATE FUNCTION bend() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN NEW.source = NEW.source || chr(32); RETURN NEW; END'"
            )
        )
        session.execute(text("CREATE TRIGGER bend BEFORE INSERT ON receipt FOR EACH ROW EXECUTE FUNCTION bend()"))
    with pytest.raises(CopyDiffers, match="The table receipt does not read back"):
        copy(old, new)
    assert rows(new, "SELECT count(*) FROM run") == [(0,)]


@pytest.mark.parametrize(
    ("change", "where", "why"),
    [
        ("run SET message = 'planted' || char(0)", "table run, row id=2, column message", "the character NUL"),
        ("run SET parameters = '{\"planted\": NaN}'", "table run, row id=2, column parameters", "SQLSTATE 22P02"),
        ("receipt SET size = 'planted'", "table receipt, row id=2, column size", "SQLSTATE 22P02"),
        ("run SET message = CAST(x'706c616e746564ff' AS TEXT)", "table run, row id=2, column message", "kind"),
        ("run SET started = 'planted'", "table run, row id=2, column started", "kind"),
    ],
    ids=["NUL", "NaN in JSON", "a word for a number", "bytes that are no text", "a word for a time"],
)
def test_what_postgresql_does_not_keep_is_named_by_its_row_and_not_shown(
    old: Engine, new: Engine, change: str, where: str, why: str
) -> None:
    with writing(old) as session:
        session.execute(text(f"UPDATE {change} WHERE id = 2".replace(":", "\\:")))
    with pytest.raises(ImpossibleValue, match=why) as refused:
        copy(old, new)
    assert f"{where} cannot be copied" in str(refused.value)
    assert "planted" not in "".join(format_exception(refused.value))
    assert rows(new, "SELECT count(*) FROM run") == [(0,)]


def test_a_row_that_names_what_is_not_there_is_told_in_words(old: Engine, new: Engine) -> None:
    """SQLite keeps one where a program wrote it without asking for foreign keys."""
    with closing(sqlite3.connect(str(old.url.database))) as unchecked:
        unchecked.execute("UPDATE observation SET series_id = series_id + 987654")
        unchecked.commit()
    with pytest.raises(ImpossibleValue, match="table observation cannot be copied: a row names one that its other"):
        copy(old, new)
    assert rows(new, "SELECT count(*) FROM run") == [(0,)]


KILLED = """
import sys, time
from db.copying import copy
from db.engine import open_database
def tell(table, rows):
    if table == "observation":
        print("half", flush=True)
        time.sleep(600)
copy(open_database(sys.argv[1]), open_database(sys.argv[2], create=True), tell)
"""


def test_a_killed_copy_is_started_again_from_the_command_line(old: Engine, server: Server) -> None:
    name = server.create()
    target = server.url(name)
    source = str(old.url)
    words = [sys.executable, "-c", KILLED, source, target]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "half\n"
        killed.send_signal(signal.SIGKILL)
    command = [sys.executable, "-m", "framescope", "copy", source, target]
    done = subprocess.run([*command, "--json"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads(done.stdout)
    assert document["rows"]["observation"] == 1
    assert len(document["sha256"]) == 64
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stdout) == (1, "")
    assert "holds rows already" in again.stderr
    same = subprocess.run([*command[:-1], source], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (same.returncode, "the same database" in same.stderr) == (2, True)
    server.drop(name)
