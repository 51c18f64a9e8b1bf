"""A site with something on every page, for what looks at all of it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.engine import open_database
from tests.dashboard.conftest import measured
from tests.dashboard.running import running
from tests.dashboard.test_capability_views import RESULTS, kept


@pytest.fixture(scope="module")
def whole(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[], int]) -> Iterator[str]:
    """A site with something on every page, in both languages; no worker, so what is started stays queued."""
    home, port = tmp_path_factory.mktemp("driven") / "home", free_ports()
    shutil.copytree(bundled_home, home)
    measured(home)
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    kept(engine, RESULTS)
    engine.dispose()
    with running(home, port):
        yield f"http://127.0.0.1:{port}"
