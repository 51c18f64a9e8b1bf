"""A real SQLite file for every test of the store: migrated once, then copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.load import load_catalog
from db import write
from db.engine import Engine, open_database, writing


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the current revision with the catalogue in it, closed."""
    path = tmp_path_factory.mktemp("template") / "framescope.db"
    engine = open_database(f"sqlite:///{path}", create=True)
    with writing(engine) as session:
        write.catalog(session, write.start_run(session, kind="catalog", source="catalog"), load_catalog())
    engine.dispose()
    return path


@pytest.fixture
def file(template: Path, tmp_path: Path) -> Path:
    """The file of a database of this test's own."""
    return Path(shutil.copy(template, tmp_path / "framescope.db"))


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    """That database, open."""
    opened = open_database(f"sqlite:///{file}")
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
