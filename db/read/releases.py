"""Reading releases of packages."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import PackageRelease, PublishedFile


class ReleaseRow(NamedTuple):
    """One version of one package; ``bytes_largest`` is its largest file."""

    system: str
    package: str
    version: str
    released_at: datetime | None
    yanked: bool
    yanked_reason: str | None
    prerelease: bool
    files: int
    bytes_largest: int | None


def releases(session: Session, *, system: str | None = None, package: str | None = None) -> list[ReleaseRow]:
    """Releases, newest first; undated ones last."""
    query = (
        select(
            PackageRelease.system,
            PackageRelease.package,
            PackageRelease.version,
            PackageRelease.released_at,
            PackageRelease.yanked,
            PackageRelease.yanked_reason,
            PackageRelease.prerelease,
            func.count(PublishedFile.id),
            func.max(PublishedFile.size),
        )
        .outerjoin(PublishedFile, PublishedFile.release_id == PackageRelease.id)
        .group_by(PackageRelease.id)
        .order_by(PackageRelease.released_at.desc().nulls_last(), PackageRelease.id)
    )
    if system is not None:
        query = query.where(PackageRelease.system == system)
    if package is not None:
        query = query.where(PackageRelease.package == package)
    return [ReleaseRow(*row) for row in session.execute(query)]


def wheel_counts(session: Session, package: str) -> list[tuple[str, str | None, str | None, int]]:
    """(version, Python tag, platform tag, how many wheels) of a package, for support latency."""
    query = (
        select(PackageRelease.version, PublishedFile.python_tag, PublishedFile.platform_tag, func.count())
        .join(PublishedFile, PublishedFile.release_id == PackageRelease.id)
        .where(PackageRelease.package == package, PublishedFile.kind == "wheel")
        .group_by(PackageRelease.version, PublishedFile.python_tag, PublishedFile.platform_tag)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]
