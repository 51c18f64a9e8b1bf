"""Ends a request when its time is over, whatever the server still sends; limits on single reads do not do that."""

from __future__ import annotations

import contextlib
import socket
import threading
import weakref
from collections.abc import Iterator
from typing import Any

from requests.adapters import HTTPAdapter


class CutOff(HTTPAdapter):
    """An adapter that knows the sockets of its connections, so that they can be shut while somebody waits for them.

    A server may drip a header every few seconds and stay below every limit of time for one read: for days.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()

    def get_connection_with_tls_context(self, *given: Any, **named: Any) -> Any:
        """The pool of an address, direct or by a proxy; its connections tell of their sockets."""
        pool: Any = super().get_connection_with_tls_context(*given, **named)
        kind, sockets = pool.ConnectionCls, self._sockets
        if not hasattr(kind, "tells"):

            class Telling(kind):  # type: ignore[misc, valid-type]  # the class is the pool's own choice
                tells = True

                def connect(self) -> None:
                    super().connect()
                    sockets.add(self.sock)

            pool.ConnectionCls = Telling
        return pool

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Shut every connection if this takes longer; who waits for one sees it broken off."""
        timer = threading.Timer(max(0.0, seconds), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        for each in list(self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
