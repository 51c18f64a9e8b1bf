"""The site as `framescope serve` starts it, on a home with the bundled figures and one measured run."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.dashboard.conftest import measured
from tests.dashboard.running import running

_clients = itertools.count(1)
Ask = Callable[..., requests.Response]


@pytest.fixture(scope="session")
def served_home(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of the served process' own."""
    home = tmp_path_factory.mktemp("around") / "home"
    shutil.copytree(bundled_home, home)
    measured(home)
    return home


@pytest.fixture(scope="session")
def served_site(served_home: Path, free_ports: Callable[[], int]) -> Iterator[str]:
    """The address of the running site."""
    yield from started(served_home, free_ports())


def started(home: Path, port: int) -> Iterator[str]:
    """Run the site over a home for as long as the generator is held."""
    with running(home, port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def ask(served_site: str) -> Ask:
    """`ask(path, **parameters)` as a client that nobody else is, so that no other test uses up what it may ask."""
    return client(served_site)


def next_client() -> dict[str, str]:
    """The headers of a client behind a proxy on this machine, with an address that no other has."""
    number = next(_clients)
    return {"X-Forwarded-For": f"198.51.{number // 250}.{number % 250 + 1}"}


def client(address: str) -> Ask:
    """A client behind a proxy on this machine, with an address of its own."""
    own = next_client()

    def asked(
        path: str,
        *,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        unread: bool = False,
        body: str | None = None,
        **told: Any,
    ) -> requests.Response:
        whole = {"Accept-Encoding": "identity"} | own | (headers or {})
        return requests.request(
            method,
            address + path,
            params=told,
            headers=whole,
            timeout=60,
            allow_redirects=False,
            stream=unread,
            data=body,
        )

    return asked
