"""Every fake on one server of the loopback, a router a source, and misbehaviour among the answers chosen by seed."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.fakes import furnished
from tests.fakes.asked import Asked, Misbehaviour
from tests.fakes.github import TOKEN
from tests.fakes.wire import Reply

FAKES: tuple[tuple[str, Callable[[HTTPServer], Any]], ...] = (
    ("arxiv", furnished.arxiv),
    ("clickpy", furnished.clickpy),
    ("conda", furnished.conda_org),
    ("conda_monthly", furnished.monthly),
    ("dockerhub", furnished.images),
    ("ecosystems", furnished.dependents),
    ("github", furnished.github),
    ("github_search", furnished.search),
    ("hackernews", furnished.stories),
    ("huggingface", furnished.models),
    ("openalex", furnished.works),
    ("package_index", furnished.index),
    ("pypistats", furnished.recent),
    ("stackexchange", furnished.questions),
    ("wikimedia", furnished.articles),
)


class Mounted(HTTPServer):
    """What a fake takes for a server of its own: the routes beneath one prefix of the world's."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def url_for(self, suffix: str) -> str:
        return f"{self.base}/{suffix.removeprefix('/')}"


@dataclass
class Whims:
    """Which answers go wrong, and how: the same for the same seed, source and number of the request."""

    seed: int = 0
    rate: float = 0.0
    among: Sequence[Misbehaviour] = ()
    only_from: int = 1
    only_until: int | None = None

    def choose(self, source: str, number: int) -> Misbehaviour | None:
        """What happens to a source's so-manieth request; None for an honest answer."""
        if number < self.only_from or (self.only_until is not None and number > self.only_until):
            return None
        fitting = [each for each in self.among if each.source in (source, "all")]
        dice = random.Random(f"{self.seed} {source} {number}")  # noqa: S311  # a fake's whims, not a secret
        return dice.choice(fitting) if fitting and dice.random() < self.rate else None


class _Handler(WSGIRequestHandler):
    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass
class World:
    """The server, while the ``with`` lasts; ``fakes`` by source, ``counts`` of requests, ``wrong`` of what went so."""

    port: int = 0
    whims: Whims = field(default_factory=Whims)
    watch: Callable[[str, int], None] | None = None
    fakes: dict[str, Any] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> World:
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._server = make_server("127.0.0.1", self.port, self._app, threaded=True, request_handler=_Handler)
        self._server.daemon_threads = True  # type: ignore[attr-defined]  # of the threaded kind, which was asked for
        self.address = f"http://127.0.0.1:{self._server.port}"
        self._mounted = {name: Mounted(f"{self.address}/{name}") for name, _ in FAKES}
        self.fakes = {name: build(self._mounted[name]) for name, build in FAKES}
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def urls(self) -> dict[str, str]:
        """Where each source is asked."""
        return {name: fake.url for name, fake in self.fakes.items()}

    def environment(self) -> dict[str, str]:
        """What the command line needs to be told so that it asks here, and without pauses."""
        addresses = {f"FRAMESCOPE_{name.upper()}_URL": url for name, url in self.urls().items()}
        pauses = {f"FRAMESCOPE_{name.upper()}_INTERVAL": "0" for name in self.fakes}
        return addresses | pauses | {"FRAMESCOPE_GITHUB_TOKEN": TOKEN, "FRAMESCOPE_CONTACT": "mailto:me@example.org"}

    def _app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        name, _, rest = environ["PATH_INFO"].removeprefix("/").partition("/")
        if name not in self._mounted:
            return Response("There is no such source here.", 404)(environ, start_response)
        request = Request({**environ, "SCRIPT_NAME": f"/{name}", "PATH_INFO": f"/{rest}"})
        with self._lock:
            self.counts[name] += 1
            number = self.counts[name]
        answer = self._answer(name, number, request)
        if self.watch is not None:
            self.watch(name, sum(self.counts.values()))
        if isinstance(answer, Response):
            return answer(environ, start_response)
        self._send(environ["werkzeug.socket"], answer)
        raise ConnectionAbortedError("the answer went over the wire as it is")

    def _answer(self, name: str, number: int, request: Request) -> Response | Reply:
        def honest() -> Response:
            with self._lock:
                return self._mounted[name].application(request)

        chosen = self.whims.choose(name, number)
        if chosen is None or (answer := chosen.answer(Asked(name, number, self.address, request, honest))) is None:
            return honest()
        with self._lock:
            self.wrong[f"{name}: {chosen.name}"] += 1
        return answer

    def _send(self, connection: socket.socket, reply: Reply) -> None:
        with contextlib.suppress(OSError):
            for piece in reply.pieces:
                if self._stop.wait(reply.pause_s):
                    break
                connection.sendall(piece)
            if reply.reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                os.close(connection.detach())  # the handler's own close would say goodbye first


@contextlib.contextmanager
def misbehaving(*among: Misbehaviour, seed: int = 0, rate: float = 1.0, **when: Any) -> Iterator[World]:
    """A world in which so many answers are among these."""
    with World(whims=Whims(seed, rate, among, **when)) as world:
        yield world
