"""`replay` and `receipts prune`: rebuilding from receipts, and giving up old ones."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from db.engine import default_url, home, is_empty, open_database, same_database
from db.receipts import ReceiptStore
from framescope.errors import CommandError
from framescope.output import emit_json, say

if TYPE_CHECKING:
    from collectors.replay import Lost, Replayed


def replay(into: str, *, json: bool) -> None:
    """Rebuild the database at another address, compare the two; exit status 1 if they are not identical."""
    from collectors.replay import replay as rebuild

    engine = open_database()
    if same_database(default_url(), into):
        raise CommandError("--into names the database itself. Name another one, which does not exist yet.")
    if not is_empty(into):
        raise CommandError("The database that --into names is not empty. Name another one, which does not exist yet.")
    target = open_database(into, create=True)
    done = rebuild(engine, target, ReceiptStore(home() / "receipts"), progress=None if json else say)
    document = _document(done)
    if json:
        emit_json(document)
    else:
        for line in _lines(document):
            print(line)
    if not done.identical:
        sys.exit(1)


def _document(done: "Replayed") -> dict[str, Any]:
    compared = done.comparison
    return {
        "receipts": done.receipts,
        "observations": done.observations,
        "identical": done.identical,
        "digest": compared.kept,
        "digest_rebuilt": compared.rebuilt,
        "lost": list(_summed(done.lost)),
        "different": compared.different,
        "differences": compared.named,
    }


def _summed(lost: Iterable["Lost"]) -> Iterator[dict[str, Any]]:
    """What cannot be rebuilt, a line for each source: how many items of which time, and the first of them by name."""
    for source, found in groupby(sorted(lost), key=lambda one: one.source):
        items = list(found)
        times = [item.fetched_at for item in items]
        first = min(items, key=lambda one: one.fetched_at)
        why = f"{first.item}: {first.why}"
        yield {"source": source, "items": len(items), "first": min(times), "last": max(times), "message": why}


def _lines(document: dict[str, Any]) -> Iterator[str]:
    yield f"{document['receipts']:,} answers read again, {document['observations']:,} observations rebuilt."
    for lost in document["lost"]:
        span = f"{lost['first']:%Y-%m-%d} to {lost['last']:%Y-%m-%d}"
        yield f"{lost['source']}: {lost['items']:,} items of {span} cannot be rebuilt; {lost['message']}"
    yield from document["differences"]
    if unnamed := document["different"] - len(document["differences"]):
        yield f"and {unnamed:,} differences more."
    yield f"Identical: {document['digest']}." if document["identical"] else "Not identical."


def prune(days: int, *, dry_run: bool, json: bool) -> None:
    """Give up the bodies of old receipts; exit status 1 if one that is needed is not there."""
    from db.pruning import prune as give_up

    done = give_up(open_database(), ReceiptStore(home() / "receipts"), timedelta(days=days), dry_run=dry_run)
    if json:
        emit_json(asdict(done) | {"lost": [body._asdict() for body in done.lost], "dry_run": dry_run})
    else:
        going = "would be given up" if dry_run else "given up"
        print(
            f"{done.bodies:,} bodies ({done.bytes:,} bytes) of {done.receipts:,} receipts {going}, {done.kept:,} kept."
        )
        if done.unlisted:
            print(f"{done.unlisted:,} of them belonged to no receipt.")
        for body in done.lost:
            print(f"Receipt {body.receipt} of {body.source} ({body.fetched_at:%Y-%m-%d}) has no body: {body.url}")
    if done.lost:
        sys.exit(1)
