"""`retention`: giving up what is old, as far as it is named."""

import sys
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from db.engine import open_database
from db.pruning import Pruned, prune
from db.receipts import ReceiptStore
from db.retention import GivenUp, give_up_samples, remove_jobs
from framescope.commands.store import receipts_root
from framescope.errors import WrongUsage
from framescope.output import emit_json, say


def retention(*, jobs: int | None, samples: int | None, receipts: int | None, dry_run: bool, json: bool) -> None:
    """Give up what is named; exit status 1 if a body of a receipt that is needed is not there."""
    if jobs is None and samples is None and receipts is None:
        raise WrongUsage("Nothing is named: say --jobs, --samples or --receipts, each with a number of days.")
    engine, document = open_database(), {"dry_run": dry_run}
    parts: dict[str, GivenUp | Pruned] = {}
    if jobs is not None:
        parts["jobs"] = remove_jobs(engine, timedelta(days=jobs), dry_run=dry_run)
    if samples is not None:
        parts["samples"] = give_up_samples(engine, timedelta(days=samples), dry_run=dry_run)
    if receipts is not None:
        store = ReceiptStore(receipts_root())
        parts["receipts"] = prune(engine, store, timedelta(days=receipts), dry_run=dry_run)
    engine.dispose()
    if json:
        emit_json(document | {name: _plain(part) for name, part in parts.items()})
    else:
        for name, part in parts.items():
            print(_line(name, part, "would go" if dry_run else "are gone"))
    for part in parts.values():
        if isinstance(part, Pruned) and part.lost:
            say(f"{len(part.lost):,} bodies that are needed are not there: `framescope receipts prune` names them.")
            sys.exit(1)


def _plain(part: GivenUp | Pruned) -> dict[str, Any]:
    return asdict(part) | ({"lost": len(part.lost)} if isinstance(part, Pruned) else {})


def _line(name: str, part: GivenUp | Pruned, going: str) -> str:
    if isinstance(part, Pruned):
        return f"{name}: {part.bodies:,} bodies ({part.bytes:,} bytes) {going}, {part.kept:,} stay."
    return f"{name}: {part.rows:,} {going}" + (f" ({part.bytes:,} bytes)." if part.bytes else ".")
