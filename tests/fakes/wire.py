"""A server that says on the wire exactly what it is told to: broken, slow, cut off or reset."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reply:
    """Bytes to send piece by piece, a pause before each, and how to end: a close or a reset."""

    pieces: tuple[bytes, ...] = ()
    pause_s: float = 0.0
    reset: bool = False


@dataclass
class Wire:
    """One address; each connection gets the next reply, the last one again and again."""

    replies: list[Reply]
    requests: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        request = b""
        while b"\r\n\r\n" not in request and (piece := connection.recv(65536)):
            request += piece
        head, _, body = request.partition(b"\r\n\r\n")
        announced = re.search(rb"(?i)content-length: (\d+)", head)
        # what is sent along may come in a packet of its own
        while announced and len(body) < int(announced[1]) and (piece := connection.recv(65536)):
            body, request = body + piece, request + piece
        self.requests.append(request)
        reply = self.replies[min(len(self.requests), len(self.replies)) - 1]
        for piece in reply.pieces:
            if self._stop.wait(reply.pause_s):
                return
            connection.sendall(piece)
        if reply.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            time.sleep(0.01)


def message(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """A whole HTTP/1.1 response; ``length`` is what it claims, where that is not the truth."""
    lines = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


@contextlib.contextmanager
def wire(*replies: Reply | bytes) -> Iterator[Wire]:
    """Serve these replies, one a connection."""
    served = Wire([Reply((reply,)) if isinstance(reply, bytes) else reply for reply in replies])
    try:
        yield served
    finally:
        served.close()
