"""Whether Ray can be at an address: nobody there, something else, something mute; a real cluster in test_ray.py."""

import socket
import threading
from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer

from collectors.cluster import reach

SETTINGS = bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))


@pytest.fixture
def mute() -> Iterator[int]:
    """A port that is connected to and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:  # the system connects, and nobody accepts
        yield server.getsockname()[1]


def test_a_server_that_begins_as_grpc_does_can_be_one() -> None:
    """A real one of Ray's is asked in test_ray.py, both ways."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            for _ in range(2):
                with server.accept()[0] as line:
                    begun = line.recv(100)
                    for byte in SETTINGS if begun.startswith(b"PRI * HTTP/2.0") else b"":
                        line.sendall(bytes((byte,)))

        answering = threading.Thread(target=answer, daemon=True)
        answering.start()
        assert reach.why_not(f"127.0.0.1:{port}") == reach.why_not(f"ray://127.0.0.1:{port}") == ""
        answering.join(30)


def test_another_server_is_told_from_one(httpserver: HTTPServer) -> None:
    assert "does not speak gRPC" in reach.why_not(f"127.0.0.1:{httpserver.port}")


def test_a_mute_one_is_given_up(mute: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "ANSWERS_WITHIN_S", 0.2)
    assert "does not speak gRPC" in reach.why_not(f"127.0.0.1:{mute}")


def test_where_a_certificate_is_asked_for_only_ray_can_tell(mute: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_USE_TLS", "1")
    assert reach.why_not(f"127.0.0.1:{mute}") == ""


def test_nobody_is_told_and_what_names_no_port_is_left_to_ray(closed_port: int) -> None:
    assert "refused" in reach.why_not(f"127.0.0.1:{closed_port}")
    assert reach.why_not("auto") == reach.why_not("nonsense") == ""


@pytest.fixture
def closed_port() -> int:
    """A port where nobody listens any more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
