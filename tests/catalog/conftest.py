"""A copy of the catalogue to break, and the originals where they are at hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import catalog
from catalog.load import DIRECTORY

SHARED = Path(catalog.__file__).resolve().parents[2] / "shared"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The catalogue's files in a directory of their own."""
    target = tmp_path / "catalog"
    shutil.copytree(DIRECTORY, target, ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.csv"))
    return target


@pytest.fixture
def originals() -> Path:
    """Where the original figures and facts lie; skips where they do not."""
    if not (SHARED / "history" / "tidy").is_dir():
        pytest.skip(f"the originals are not at {SHARED}")
    return SHARED
