"""A real database for every test of the store, a file or on a real server: migrated once, then copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgresql_server import Server, find_binaries

from catalog.load import load_catalog
from db import write
from db.engine import Engine, open_database, writing

SQLITE, POSTGRESQL = "sqlite", "postgresql"
ON_BOTH = (
    *("test_bench.py", "test_bench_rows.py", "test_bulk.py", "test_doubts.py", "test_jobs.py", "test_lost.py"),
    *(
        "test_observations.py",
        "test_probes.py",
        "test_reads.py",
        "test_retention.py",
        "test_roll_up.py",
        "test_runs.py",
        "test_tasks.py",
    ),
)
"""Files whose tests run on both kinds of database; with --database every test runs on that one."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for a database on each kind it is for."""
    if "kind" not in metafunc.fixturenames:
        return
    asked = metafunc.config.getoption("--database")
    alone = "file" in metafunc.fixturenames or metafunc.definition.get_closest_marker("sqlite")
    both = metafunc.definition.path.name in ON_BOTH and not alone
    metafunc.parametrize("kind", [asked] if asked else [SQLITE, POSTGRESQL] if both else [SQLITE])


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of this run's own; its tests are skipped, and say so, where the machine has none."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("NO POSTGRESQL: install the package postgresql; .ci/run does")
    started = Server(binaries)
    yield started
    started.close()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the current revision with the catalogue in it, closed."""
    path = tmp_path_factory.mktemp("template") / "framescope.db"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def served(server: Server) -> str:
    """The name of the same on the server; one test after another has it, each as it was at first."""
    name = server.create()
    fill(server.url(name))
    server.remember(name)
    return name


@pytest.fixture
def file(template: Path, tmp_path: Path) -> Path:
    """The file of a database of this test's own."""
    return Path(shutil.copy(template, tmp_path / "framescope.db"))


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database of this test's own, of the kind it runs on."""
    if kind == SQLITE:
        yield f"sqlite:///{request.getfixturevalue('file')}"
        return
    if "file" in request.fixturenames or request.node.get_closest_marker("sqlite"):
        pytest.skip("about what SQLite alone does")
    server: Server = request.getfixturevalue("server")
    name = request.getfixturevalue("served")
    yield server.url(name)
    server.restore(name)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """That database, open."""
    opened = open_database(url)
    yield opened
    opened.dispose()


@pytest.fixture
def run(engine: Engine) -> int:
    """A run to write under."""
    return begin(engine)


def begin(engine: Engine, source: str = "clickpy") -> int:
    """Open one more run."""
    with writing(engine) as session:
        return write.start_run(session, kind="collect", source=source)


def fill(url: str) -> None:
    """Make a database with the catalogue in it."""
    engine = open_database(url, create=True)
    with writing(engine) as session:
        write.catalog(session, write.start_run(session, kind="catalog", source="catalog"), load_catalog())
    engine.dispose()
