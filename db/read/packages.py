"""Reading what was read of packages: the newest receipt of every reading, and wheels as the index lists them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import PackageRelease, PublishedFile, Receipt


class ReadingRow(NamedTuple):
    """The newest receipt of one reading; its body, by ``sha256``, is the document. ``kind`` as it names it."""

    receipt: int
    url: str
    kind: str
    system: str
    fetched_at: datetime
    sha256: str


class WheelRow(NamedTuple):
    """One wheel; ``size`` in bytes, tags as in its name, None where the index does not say."""

    package: str
    version: str
    python_tag: str | None
    abi_tag: str | None
    platform_tag: str | None
    size: int | None
    uploaded: datetime | None
    prerelease: bool
    yanked: bool
    receipt: int | None = None


def package_readings(session: Session, source: str = "wheels") -> list[ReadingRow]:
    """The newest of each package, version and kind that was read well, newest first; those with a pruned body not."""
    columns = (Receipt.id, Receipt.url, Receipt.request, Receipt.fetched_at, Receipt.sha256, Receipt.pruned_at)
    query = (
        select(*columns)
        .where(Receipt.source == source, Receipt.method == "READ", Receipt.part.is_not(None))
        .order_by(Receipt.id.desc())
    )
    found: dict[tuple[str, str], ReadingRow | None] = {}
    for number, url, request, fetched_at, sha256, pruned_at in session.execute(query):
        item = request.get("item") or {}
        kind = (item.get("detail") or {}).get("kind", "")
        row = ReadingRow(number, url, kind, item.get("system", ""), fetched_at, sha256) if pruned_at is None else None
        found.setdefault((url, kind), row)  # an address alone is that of several kinds
    return [row for row in found.values() if row is not None]


def package_wheels(session: Session, packages: Sequence[str]) -> list[WheelRow]:
    """Every wheel of some packages, by package and time of upload."""
    columns = (PublishedFile.python_tag, PublishedFile.abi_tag, PublishedFile.platform_tag, PublishedFile.size)
    query = (
        select(
            PackageRelease.package,
            PackageRelease.version,
            *columns,
            PublishedFile.uploaded_at,
            PackageRelease.prerelease,
            PublishedFile.yanked,
            PackageRelease.receipt_id,
        )
        .join(PublishedFile, PublishedFile.release_id == PackageRelease.id)
        .where(PackageRelease.package.in_(packages), PublishedFile.kind == "wheel")
        .order_by(PackageRelease.package, PublishedFile.uploaded_at, PublishedFile.id)
    )
    return [WheelRow._make(row) for row in session.execute(query)]
