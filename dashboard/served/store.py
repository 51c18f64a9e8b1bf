"""The store as requests read it: one engine for the process, a session a request, and the stamp that dates answers."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from db import clock, read
from db.engine import Engine, Session, default_url, open_database, reading
from db.revision import must_fit

T_ = TypeVar("T_")
STARTED = secrets.token_hex(4)
"""Of this process: another process may be of another Framescope, with another catalogue."""
_MOST = 32
_lock = threading.Lock()
_engines: dict[str, Engine] = {}
_kept: OrderedDict[tuple[str, ...], object] = OrderedDict()


def engine() -> Engine:
    """The engine of the database in use; raises the store's errors, which say what to do."""
    url = default_url()
    with _lock:
        if url not in _engines:
            _engines[url] = open_database(url)
        return _engines[url]


@contextmanager
def opened() -> Iterator[tuple[Session, str]]:
    """A session that sees one state of the store, and the stamp of that state.

    Raises the store's errors: the store may have become another program's since it was opened.
    """
    with reading(engine()) as session:
        must_fit(session)
        yield session, f"{default_url()} {read.store_stamp(session)}"


def hourly(stamped: str) -> str:
    """A stamp that also changes with the hour, by which a source comes to be due and a day begins."""
    return f"{STARTED} {clock.now():%Y-%m-%dT%H} {stamped}"


def kept(stamped: str, name: str, make: Callable[[], T_]) -> T_:
    """What ``make`` gives, made once for a stamp and a name; the newest `_MOST` are remembered.

    Two requests at once may both make it: waiting for one another would hold up all others too.
    """
    key = (stamped, name)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]  # type: ignore[return-value]  # what was kept under a name is what its maker makes
    made = make()
    with _lock:
        _kept[key] = made
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return made
