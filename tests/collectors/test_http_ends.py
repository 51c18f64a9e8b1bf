"""How a request ends that the server does not end well: headers that drip, secure connections that break off."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from collectors.body import Limits
from collectors.errors import RetryLater, StopSource
from collectors.http import HttpClient
from tests.collectors.test_http import Shelf
from tests.fakes.wire import Reply, message, wire


@pytest.fixture
def shelf(home: Path) -> Shelf:
    return Shelf()


@pytest.fixture
def client(shelf: Shelf) -> Iterator[HttpClient]:
    made = HttpClient("made", shelf, limits=Limits(total_s=0.5, read_s=5, backoff_s=0.001))
    yield made
    made.close()


@pytest.mark.parametrize("drop", [b"X-A: b\r\n", b"a", b"HTTP/1.1 100 Continue\r\n\r\n"], ids=["line", "byte", "100"])
def test_headers_that_drip_are_given_up_in_time(client: HttpClient, shelf: Shelf, drop: bytes) -> None:
    begin = b"" if drop.startswith(b"HTTP") else b"HTTP/1.1 200 OK\r\nX-A: "
    drip = Reply((begin, *[drop] * 100), pause_s=0.05)
    started = time.monotonic()
    with wire(drip) as served, pytest.raises(RetryLater, match=r"[Nn]o answer in time"):
        client.get(served.url)
    assert time.monotonic() - started < 2
    assert shelf.kept == []


@contextmanager
def abrupt(said: bytes) -> Iterator[str]:
    """An address that is said to be secure, where whoever comes gets these bytes and the door shut."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65_536)
                    connection.sendall(said)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/"
        listener.shutdown(socket.SHUT_RDWR)


def test_a_secure_connection_that_breaks_off_is_for_later(shelf: Shelf) -> None:
    patient = HttpClient("made", shelf, limits=Limits(total_s=60, read_s=5, backoff_s=0.001))
    with abrupt(b"") as url, pytest.raises(RetryLater, match=r"[Nn]o connection") as caught:
        patient.get(url)
    patient.close()
    assert (caught.value.try_, shelf.kept) == (4, [])


def test_something_else_than_a_secure_connection_stops_the_source(client: HttpClient) -> None:
    plain = message(b"{}", status="400 Bad Request")
    with abrupt(plain) as url, pytest.raises(StopSource, match="secure connection failed"):
        client.get(url)
