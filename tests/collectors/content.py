"""What a database says, without who wrote it and when: read by plain SQL, so that two runs can be compared."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from db.receipts import ReceiptStore

Row = tuple[Any, ...]
_SERIES = "s.metric, s.system, s.source, s.granularity, s.definition, s.unit, s.is_primary"
_SAID: dict[str, str] = {
    "observation": """SELECT %s, o.period_start, o.period_end, o.value, o.status
        FROM observation o JOIN series s ON s.id = o.series_id JOIN receipt r ON r.id = o.receipt_id
        WHERE r.source = s.source""",
    "roll_up": """SELECT %s, o.granularity, o.period_start, o.period_end, o.value, o.status, o.days, o.last_seen
        FROM roll_up o JOIN series s ON s.id = o.series_id""",
    "release": """SELECT source, system, package, version, released_at, yanked, prerelease FROM package_release""",
    "file": """SELECT p.source, p.package, p.version, f.filename, f.kind, f.size, f.uploaded_at, f.yanked
        FROM package_file f JOIN package_release p ON p.id = f.release_id""",
    "revision": """SELECT %s, o.period_start, o.period_end, o.value, o.status
        FROM revision o JOIN series s ON s.id = o.series_id""",
}


def _asked(home: Path, query: str) -> list[Row]:
    with closing(sqlite3.connect(home / "framescope.db", timeout=30)) as connection:
        return connection.execute(query).fetchall()


def content(home: Path) -> Counter[tuple[str, Row]]:
    """Every row that was collected, with the table it stands in; an observation counts only with its own receipt."""
    found: Counter[tuple[str, Row]] = Counter()
    for table, query in _SAID.items():
        found.update((table, row) for row in _asked(home, query.replace("%s", _SERIES)))
    return found


def digest(home: Path) -> str:
    """The sha256 over the sorted `content`."""
    lines = sorted(repr(entry) for entry in content(home).elements())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def difference(one: Counter[tuple[str, Row]], other: Counter[tuple[str, Row]]) -> list[str]:
    """The first rows that only one of them has, for a message."""
    lost = [f"missing: {entry}" for entry in (one - other).elements()]
    new = [f"invented: {entry}" for entry in (other - one).elements()]
    return lost[:5] + new[:5]


def cursors(home: Path, source: str) -> dict[str, str]:
    """Where a source left off."""
    return dict(_asked(home, f"SELECT key, value FROM cursor WHERE source = '{source}'"))  # noqa: S608  # a name of ours


def let_time_pass(home: Path) -> None:
    """Forget how long the sources asked to be left alone, as if that time were over."""
    with closing(sqlite3.connect(home / "framescope.db", timeout=30)) as connection:
        connection.execute("UPDATE run SET parameters = '{}' WHERE kind = 'collection'")
        connection.commit()


def unsound(home: Path) -> list[str]:
    """What is wrong with the files themselves: a damaged database, an orphan, a receipt without its body."""
    problems = [str(row) for row in _asked(home, "PRAGMA integrity_check") if row != ("ok",)]
    problems += [f"points nowhere: {row}" for row in _asked(home, "PRAGMA foreign_key_check")]
    store = ReceiptStore(home / "receipts")
    for sha256, size in _asked(home, "SELECT DISTINCT sha256, size FROM receipt WHERE method != 'bundled'"):
        if len(store.get(sha256)) != size:
            problems.append(f"not the size that was noted: {sha256}")
    return problems
