"""Connections that do not put off small pieces: told to the socket that Streamlit listens at, held by what it takes."""

import socket
from collections.abc import Iterator

import pytest
from streamlit.web.server.starlette.starlette_server import _bind_socket  # how the site's socket is really made

from dashboard.served import around, undelayed
from tests.dashboard.served.test_weight import run_apart


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    bound = _bind_socket("127.0.0.1", 0, 5)
    bound.setblocking(True)
    yield bound
    bound.close()


def at_once(listening: socket.socket) -> bool:
    """Whether a connection that is taken now sends small pieces at once."""
    with socket.create_connection(listening.getsockname(), timeout=10):
        taken, _ = listening.accept()
        with taken:
            return bool(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_a_connection_sends_small_pieces_at_once_when_the_site_has_begun(listening: socket.socket) -> None:
    assert not at_once(listening), "Streamlit or asyncio sees to it now: this module can go"

    async def begun() -> bool:
        async with around.lifespan(None):
            return at_once(listening)

    assert run_apart(begun())


def test_only_sockets_that_are_listened_at_are_told(listening: socket.socket) -> None:
    closed = socket.socket()
    closed.close()
    with socket.socket() as idle, socket.socket(type=socket.SOCK_DGRAM) as other:
        assert undelayed.answer_at_once() >= 1
        assert not idle.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert other.fileno() != -1
    assert at_once(listening)
