"""Writing releases of packages and the files published for them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from db.models import PackageRelease, PublishedFile
from db.records import PackageFile, Release, Written


def releases(session: Session, run_id: int, source: str, rows: Iterable[Release], receipt_id: int | None) -> Written:
    """Write releases with their files; of the same version twice, the first counts.

    A file that is gone upstream goes here too; a release never does.
    """
    written = Written()
    stored: dict[str, dict[str, PackageRelease]] = {}
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (row.package, row.version) in seen:
            continue
        seen.add((row.package, row.version))
        if row.package not in stored:
            stored[row.package] = _stored(session, source, row.package)
        written += _write(session, run_id, source, row, stored[row.package].get(row.version), receipt_id)
    return written


def _stored(session: Session, source: str, package: str) -> dict[str, PackageRelease]:
    found = session.scalars(
        select(PackageRelease).where(PackageRelease.source == source, PackageRelease.package == package)
    )
    return {release.version: release for release in found}


def _write(
    session: Session, run_id: int, source: str, row: Release, old: PackageRelease | None, receipt_id: int | None
) -> Written:
    values = {
        "system": row.system,
        "released_at": row.released_at,
        "yanked": row.yanked,
        "yanked_reason": row.yanked_reason,
        "prerelease": row.prerelease,
    }
    if old is None:
        made = PackageRelease(
            package=row.package, version=row.version, source=source, run_id=run_id, receipt_id=receipt_id, **values
        )
        session.add(made)
        session.flush()
        _add_files(session, made.id, row.files)
        return Written(new=1)
    changed_files = _files(session, old.id) != {_file_key(file) for file in row.files}
    if not changed_files and all(getattr(old, name) == value for name, value in values.items()):
        return Written(unchanged=1)
    session.execute(
        update(PackageRelease).where(PackageRelease.id == old.id).values(run_id=run_id, receipt_id=receipt_id, **values)
    )
    if changed_files:
        session.execute(delete(PublishedFile).where(PublishedFile.release_id == old.id))
        _add_files(session, old.id, row.files)
    return Written(revised=1)


def _files(session: Session, release_id: int) -> set[tuple[Any, ...]]:
    found = session.scalars(select(PublishedFile).where(PublishedFile.release_id == release_id))
    return {_file_key(file) for file in found}


_COLUMNS = (
    "filename",
    "kind",
    "python_tag",
    "abi_tag",
    "platform_tag",
    "size",
    "uploaded_at",
    "requires_python",
    "yanked",
)


def _file_key(file: PackageFile | PublishedFile) -> tuple[Any, ...]:
    return tuple(getattr(file, name) for name in _COLUMNS)


def _add_files(session: Session, release_id: int, files: tuple[PackageFile, ...]) -> None:
    rows = [dict(zip(_COLUMNS, _file_key(file), strict=True), release_id=release_id) for file in files]
    if rows:
        session.execute(insert(PublishedFile), rows)
