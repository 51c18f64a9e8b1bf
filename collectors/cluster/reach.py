"""Whether a Ray cluster can be at an address: where there is none Ray asks for minutes, and cannot be ended."""

import os
import socket

ANSWERS_WITHIN_S = 10.0
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
"""How a client of HTTP/2, which gRPC is built on, begins: the preface and an empty SETTINGS frame (RFC 9113, 3.4)."""
_HEAD, _KIND, _SETTINGS = 9, 3, 4
"""A frame's head has nine bytes, the fourth its kind; a server's first frame is SETTINGS (RFC 9113, 4.1, 3.4)."""


def why_not(address: str) -> str:
    """Why no Ray cluster can be at an address, in words; empty where one can be, or where only Ray itself can tell."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        return ""
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWERS_WITHIN_S) as line:
            if os.environ.get("RAY_USE_TLS", "0") not in ("", "0"):
                return ""
            line.sendall(_PREFACE)
            head = _received(line)
    except (OSError, OverflowError) as error:
        return str(error)
    spoken = len(head) == _HEAD and head[_KIND] == _SETTINGS
    return "" if spoken else "what listens there does not speak gRPC, as Ray does"


def _received(line: socket.socket) -> bytes:
    """The head of the first frame, or what came of it before the other side was silent or gone."""
    head = b""
    while len(head) < _HEAD:
        try:
            piece = line.recv(_HEAD - len(head))
        except (TimeoutError, ConnectionError):
            break
        if not piece:
            break
        head += piece
    return head
