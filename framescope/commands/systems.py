"""`systems`: the board of systems, each with its state and the evidence for it."""

from datetime import UTC, datetime
from typing import Any

from catalog.load import load_catalog
from dashboard.analysis.board import Downloads, Row, board
from dashboard.analysis.cited import Evidence
from db import read
from db.engine import open_database, reading
from framescope.output import emit_json, emit_table, say

SHOWN = ("system", "state", "last_release", "downloads", "rests_on", "why")


def systems(*, json: bool) -> None:
    """Print every tracked system with what became of it."""
    with reading(open_database()) as session:
        found = read.board_evidence(session)
    rows = board(load_catalog(), found, datetime.now(UTC).date())
    if json:
        emit_json([document(row) for row in rows])
        return
    emit_table([_line(row) for row in rows], SHOWN)
    unknown = sum(row.state.on is None for row in rows)
    say(f"{len(rows)} systems, {unknown} of unknown state; docs/life-states.md has the rule")


def document(row: Row) -> dict[str, Any]:
    """One system as the contract has it; what is unknown is null."""
    system, state = row.system, row.state
    return {
        "system": system.slug,
        "name": system.name,
        "role": system.role,
        "serves": system.serves,
        "part_of": system.part_of,
        "successor": system.successor,
        "state": state.state,
        "why": state.why,
        "since": state.still_since,
        "as_of": state.on,
        "rests_on": row.marked or None,
        "last_release": row.last
        and {"version": row.last.version, "package": row.last.package, **_evidence(row.last.evidence)},
        "cadence_days": row.cadence,
        "archived": row.archived,
        "downloads": row.downloads and _downloads(row.downloads),
        "evidence": [_evidence(one) for one in row.evidence],
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "date": one.when,
        "says": one.says,
        "source": one.source,
        "origin": one.origin,
        "seen_on": one.seen,
        "url": one.url or None,
        "receipt": one.receipt,
    }


def _downloads(found: Downloads) -> dict[str, Any]:
    return {
        "value": found.value,
        "since": found.since,
        "until": found.until,
        "package": found.package,
        "source": found.source,
        "origin": found.origin,
        "receipt": found.receipt,
    }


def _line(row: Row) -> dict[str, Any]:
    last = row.last
    return {
        "system": row.system.slug,
        "state": row.state.state,
        "last_release": f"{last.evidence.day} {last.version}" if last else None,
        "downloads": row.downloads.value if row.downloads else None,
        "rests_on": row.marked or None,
        "why": row.state.why,
    }
