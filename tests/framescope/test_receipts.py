"""`framescope receipts prune` as it is typed: a dry run, the real one, and what is missing."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import write
from db.engine import open_database, writing
from db.receipts import ReceiptStore
from db.records import ReceiptRecord
from tests.framescope.test_cli import answer, framescope


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with three answers of one address, of this year's past months, and their bodies."""
    home = tmp_path / "home"
    kept = ReceiptStore(home / "receipts")
    engine = open_database(f"sqlite:///{home / 'framescope.db'}", create=True)
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source="arxiv")
        for days_ago in (200, 100, 1):
            body = kept.put(f"{days_ago} days ago".encode())
            at = datetime.now(UTC) - timedelta(days=days_ago)
            record = ReceiptRecord("https://example.org/", "GET", 200, at, body.sha256, body.size)
            write.add_receipt(session, run, "arxiv", record)
            os.utime(body.path, (at.timestamp(), at.timestamp()))
    engine.dispose()
    return home


def test_a_dry_run_says_what_the_real_one_then_does(home: Path) -> None:
    dry = answer(home, "receipts", "prune", "--older-than", "150", "--dry-run")
    assert (dry["receipts"], dry["bodies"], dry["kept"], dry["dry_run"]) == (1, 1, 2, True)
    assert len(list(ReceiptStore(home / "receipts").files())) == 3
    real = answer(home, "receipts", "prune", "--older-than", "150")
    assert real == dry | {"dry_run": False}
    assert len(list(ReceiptStore(home / "receipts").files())) == 2
    done = framescope(home, "receipts", "prune", "--older-than", "50")
    assert "1 bodies" in done.stdout
    assert "of 1 receipts given up, 1 kept." in done.stdout


def test_a_body_that_is_missing_is_printed_and_the_command_fails(home: Path) -> None:
    for file in ReceiptStore(home / "receipts").files():
        file.path.unlink()
    done = framescope(home, "receipts", "prune", "--older-than", "150")
    assert done.returncode == 1
    assert "Receipt 3 of arxiv" in done.stdout
    assert "has no body: https://example.org/" in done.stdout


@pytest.mark.parametrize("days", ["0", "-3", "soon"])
def test_an_age_must_be_whole_days(home: Path, days: str) -> None:
    assert framescope(home, "receipts", "prune", "--older-than", days).returncode == 2
    assert framescope(home, "receipts", "prune").returncode == 2
