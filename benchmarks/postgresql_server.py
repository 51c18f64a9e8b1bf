"""A PostgreSQL server of one's own for tests and figures: made in a temporary directory, reached by a socket alone."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

USER = "framescope"
ACCOUNTS = ("postgres", "nobody")
"""Whom the server runs as where the tests run as root, which PostgreSQL refuses; the first there is."""
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
QUICK = dict.fromkeys(DURABLE, "off")
PATIENCE_S = 60.0
_PDEATHSIG = 1
_SEND_AWAY = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
_REMEMBER = """
DO $$ DECLARE one record; BEGIN
  CREATE SCHEMA kept;
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE kept.%1$I AS TABLE public.%1$I', one.tablename);
  END LOOP;
  CREATE TABLE kept.sequences AS SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
END $$"""
_RESTORE = """
DO $$ DECLARE one record; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM public.%1$I', one.tablename);
    EXECUTE format('INSERT INTO public.%1$I SELECT * FROM kept.%1$I', one.tablename);
  END LOOP;
  FOR one IN SELECT sequencename, last_value FROM kept.sequences LOOP
    PERFORM setval(format('public.%I', one.sequencename)::regclass, coalesce(one.last_value, 1),
                   one.last_value IS NOT NULL);
  END LOOP;
END $$"""


def find_binaries() -> Path | None:
    """Find the directory of `initdb` and `postgres`: on the path, or where Debian's package puts them; else None."""
    found = shutil.which("initdb")
    there = [Path(found).resolve().parent] if found else []
    there += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((path for path in there if (path / "initdb").exists() and (path / "postgres").exists()), None)


class Server:
    """One server; its directory goes with it, and it ends with the process that started it."""

    def __init__(self, binaries: Path, *, durable: bool = False) -> None:
        self._binaries, self._settings = binaries, DURABLE if durable else QUICK
        self._account = _account()
        self.directory = Path(tempfile.mkdtemp(prefix="framescope-pg-"))
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        if self._account:
            shutil.chown(self.directory, self._account)
        initdb = [binaries / "initdb", "-D", self.data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8"]
        told = self._run([*map(str, initdb), "--no-sync"])
        if told.returncode:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise RuntimeError(f"initdb failed: {told.stderr}")
        self.start()

    @property
    def data(self) -> Path:
        """The server's own directory."""
        return self.directory / "data"

    def url(self, database: str = "postgres", user: str = USER) -> str:
        """Give the address of a database, as a user would write it."""
        return f"postgresql://{user}@/{database}?host={self.directory}"

    def start(self, *settings: str) -> None:
        """Start it and wait until it answers; ``settings`` as NAME=VALUE."""
        told = [f"{name}={value}" for name, value in self._settings.items()]
        told += ["listen_addresses=", f"unix_socket_directories={self.directory}", "max_connections=60", *settings]
        command = [
            str(self._binaries / "postgres"),
            "-D",
            str(self.data),
            *(word for one in told for word in ("-c", one)),
        ]
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.directory, preexec_fn=_end_with_parent(), **self._as_account()
            )
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise RuntimeError(f"the server did not start: {self.log()[-2_000:]}") from None
                time.sleep(0.05)

    def end(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT puts it in order, SIGQUIT leaves it as a crash would, SIGKILL is one."""
        if self._process is None:
            raise RuntimeError("the server was never started")
        self._process.send_signal(how)
        self._process.wait(PATIENCE_S)

    def start_again(self) -> None:
        """Start it when the last of a killed server's processes has let go of its memory, as an init system would."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.start()
            except RuntimeError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return

    def close(self) -> None:
        """End it and remove all it had."""
        if self._process is not None and self._process.poll() is None:
            self.end(signal.SIGQUIT)
        shutil.rmtree(self.directory, ignore_errors=True)

    def create(self, template: str | None = None) -> str:
        """Make a database, empty or as another one is, and give its name."""
        name = f"db{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template} STRATEGY FILE_COPY" if template else ""))
        return name

    def remember(self, database: str) -> None:
        """Keep all rows of a database aside, for `restore`, which is quicker than making another one."""
        self.execute(_REMEMBER, database)

    def restore(self, database: str) -> None:
        """Give a database the rows it had, and no others; whoever is connected to it is sent away."""
        self.execute(_SEND_AWAY.format(database), "postgres")
        self.execute(_RESTORE, database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def execute(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the owner of everything, each by itself; gives its rows."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            found = connection.execute(sql.encode())
            return found.fetchall() if found.description else []

    def log(self) -> str:
        """Give what the server said."""
        return (self.directory / "log").read_text(encoding="utf-8", errors="replace")

    def _as_account(self) -> dict[str, Any]:
        if not self._account:
            return {}
        return {"user": self._account, "group": pwd.getpwnam(self._account).pw_gid, "extra_groups": []}

    def _run(self, command: list[str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=self.directory, **self._as_account()
        )


def _account() -> str | None:
    if os.getuid() != 0:
        return None
    there = {one.pw_name for one in pwd.getpwall()}
    return next(name for name in ACCOUNTS if name in there)


def _end_with_parent() -> Callable[[], None]:
    """What the server does before it begins: it asks Linux for a signal when the process that started it is gone."""
    library = ctypes.CDLL(None)
    if not hasattr(library, "prctl"):
        return lambda: None
    return lambda: library.prctl(_PDEATHSIG, signal.SIGQUIT)
