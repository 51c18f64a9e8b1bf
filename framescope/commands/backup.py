"""`backup` and `restore`: everything into one file while it runs, and back."""

from datetime import UTC, datetime
from pathlib import Path

from db.archive import Manifest, disk_errors
from db.backup import back_up
from db.engine import address, default_url, must_last, sqlite_path
from db.hiding import shown
from db.receipts import ReceiptStore
from db.restoring import restore as put_back
from framescope.commands.store import receipts_root
from framescope.errors import WrongUsage
from framescope.output import emit_json, say


def backup(file: Path, *, json: bool) -> None:
    """Make a backup and print what is in it."""
    target = file
    if is_directory(file):
        with disk_errors(file):
            file.mkdir(parents=True, exist_ok=True)
        target = file / f"framescope-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip"
    done = back_up(default_url(), target, ReceiptStore(receipts_root()))
    if json:
        emit_json({"file": str(done.file), "bytes": done.bytes} | _facts(done.manifest))
        return
    print(f"{done.file} ({done.bytes:,} bytes): {_said(done.manifest)}.")
    if missing := done.manifest.wanted - done.manifest.receipts:
        say(f"{missing:,} bodies of receipts are gone or damaged and not in it: look for an earlier backup.")


def is_directory(file: Path) -> bool:
    """Whether a path names a directory, one to be made too: a file of ours ends in .zip, a folder may be v1.2."""
    return file.is_dir() or (not file.exists() and file.suffix.lower() != ".zip")


def restore(file: Path, *, replace: bool, force: bool, json: bool) -> None:
    """Put a backup back and print what came. `WrongUsage` for ``force`` where there is nothing that it could do."""
    url = default_url()
    must_last(url)
    if force and not (replace and sqlite_path(url) is None):
        raise WrongUsage(
            "--force goes with --replace and a PostgreSQL database; a file that is open is never replaced."
        )
    done = put_back(file, url, ReceiptStore(receipts_root()), replace=replace, force=force)
    where = shown(address(url))
    if json:
        kept = None if done.kept is None else str(done.kept)
        emit_json({"file": str(file), "database": where, "replaced": kept} | _facts(done.manifest))
        return
    print(f"{where} is as it was on {done.manifest.made}: {_said(done.manifest)}.")
    if done.kept is not None:
        say(f"What was there before lies in {done.kept}; the next restore removes it.")


def _facts(manifest: Manifest) -> dict[str, object]:
    return {
        "made": manifest.made,
        "revision": manifest.revision,
        "observations": manifest.observations,
        "receipts": manifest.receipts,
        "missing": manifest.wanted - manifest.receipts,
        "sha256": manifest.sha256,
    }


def _said(manifest: Manifest) -> str:
    return f"{manifest.observations:,} observations, {manifest.receipts:,} bodies of receipts"
