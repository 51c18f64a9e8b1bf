"""A site with something on every page, for what looks at all of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.dashboard.filled import filled
from tests.dashboard.running import running


@pytest.fixture(scope="module")
def whole(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[], int]) -> Iterator[str]:
    """A site with something on every page, in both languages; no worker, so what is started stays queued."""
    home, port = filled(bundled_home, tmp_path_factory.mktemp("driven") / "home"), free_ports()
    with running(home, port):
        yield f"http://127.0.0.1:{port}"
