"""What the collector tests share: a store of their own with the catalogue in it, and a package index to ask."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from catalog.load import load_catalog
from collectors.settings import Settings
from db import write
from db.engine import Engine, open_database, writing
from tests.collectors.importing import Importing
from tests.fakes import held
from tests.fakes.package_index import PackageIndex

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@pytest.fixture(scope="package", autouse=True)
def held_day() -> Iterator[None]:
    """Let what is collected be collected on one and the same day, whatever day it is."""
    with pytest.MonkeyPatch.context() as patch:
        held.hold(patch)
        yield


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An empty store of the current revision in a home of the test's own, in use."""
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path))
    engine = open_database(create=True)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def catalogued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed database that holds the catalogue and nothing else."""
    path = tmp_path_factory.mktemp("catalogued") / "framescope.db"
    engine = open_database(f"sqlite:///{path}", create=True)
    with writing(engine) as session:
        run = write.start_run(session, kind="catalog", source="catalog")
        write.catalog(session, run, load_catalog())
        write.finish_run(session, run, status="ok")
    engine.dispose()
    return path


@pytest.fixture
def home(tmp_path: Path, catalogued: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own, with a copy of that database."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(catalogued, home / "framescope.db")
    return home


@pytest.fixture
def store(home: Path) -> Iterator[Engine]:
    """That database, open."""
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def index(httpserver: HTTPServer) -> PackageIndex:
    """A package index on the loopback, empty."""
    return PackageIndex(httpserver)


@pytest.fixture
def settings(home: Path, index: PackageIndex) -> Settings:
    """Settings that point the source at that index, without pauses."""
    return Settings(home=home, source_urls={"package_index": index.url}, source_intervals={"package_index": 0.0})


@pytest.fixture
def importing(home: Path, store: Engine, tmp_path: Path) -> Importing:
    """A store to import files into."""
    directory = tmp_path / "private-directory"
    directory.mkdir()
    return Importing(home, store, directory)
