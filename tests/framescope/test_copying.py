"""`copy` as it is typed: which of its two addresses is wrong, and databases that would be gone at once."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from db.engine import open_database
from framescope.cli import app
from tests.framescope.test_cli import framescope


def failing(*words: str) -> str:
    """What a command says before it ends in this process."""
    return str(CliRunner().invoke(app, words).exception)


@pytest.fixture
def old(tmp_path: Path) -> str:
    """The address of a database without rows."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    open_database(url, create=True).dispose()
    return url


AWAY = "postgresql://me:planted@127.0.0.1:1/a"


def test_the_address_that_is_wrong_is_named_and_no_setting(old: str, tmp_path: Path) -> None:
    new = f"sqlite:///{tmp_path / 'new.db'}"
    for words, which in (((AWAY, new), "source"), ((old, AWAY), "target"), ((old, "nowhere"), "target")):
        said = failing("copy", *words)
        assert said.startswith(f"The {which} cannot be used.")
        assert ("FRAMESCOPE_DATABASE_URL" in said, "planted" in said) == (False, False)
    assert failing("copy", f"sqlite:///{tmp_path / 'none.db'}", new).startswith(
        "The source cannot be used. There is no"
    )
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("target", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_a_copy_into_memory_is_refused(old: str, target: str) -> None:
    assert failing("copy", old, target).startswith("The target cannot be used. A database in memory")


def test_making_or_restoring_a_database_in_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_DATABASE_URL", "sqlite://")
    assert "would be gone at once" in failing("restore", str(tmp_path / "none.zip"))
    made = framescope(tmp_path / "home", "init", FRAMESCOPE_DATABASE_URL="sqlite://")
    assert (made.returncode, made.stdout, "would be gone at once" in made.stderr) == (1, "", True)
