"""Finds the bundled tables and reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.errors import CatalogError
from catalog.history.rows import Figure, HistoryRelease, HistoryRow
from catalog.history.tables import RELEASE_COLUMNS, parse_figures, parse_releases, parse_rows
from catalog.load import load_catalog

DIRECTORY = Path(__file__).parent


def origins() -> tuple[str, ...]:
    """Slugs of all bundled origins, in order; each has a table, and some a list of releases."""
    return tuple(load_catalog().origins)


def origin_bytes(slug: str) -> bytes:
    """The table of an origin as it lies on disk: what its receipt holds. Raises CatalogError."""
    return _bytes(f"{_known(slug)}.csv")


def read_origin(slug: str) -> Iterator[HistoryRow]:
    """Every value and every gap of an origin, as rows of series. Raises CatalogError."""
    layout = load_catalog().origins[_known(slug)].layout
    return parse_rows(layout, origin_bytes(slug), f"history/{slug}.csv")


def read_figures(slug: str = "reported") -> Iterator[Figure]:
    """The single figures of an origin with title, address, population and confidence. Raises CatalogError."""
    return parse_figures(origin_bytes(slug), f"history/{slug}.csv")


def read_releases(slug: str) -> tuple[HistoryRelease, ...]:
    """The versions an origin lists, oldest first in each repository; empty where it lists none."""
    name = f"{_known(slug)}.releases.csv"
    if not (DIRECTORY / name).exists():
        return ()
    return tuple(parse_releases(_bytes(name), f"history/{name}"))


def release_bytes(slug: str) -> bytes:
    """The list of versions of an origin as it lies on disk; empty where it has none. Raises CatalogError."""
    name = f"{_known(slug)}.releases.csv"
    return _bytes(name) if (DIRECTORY / name).exists() else b""


def split_bundle(body: bytes) -> tuple[bytes, bytes]:
    """The table and the list of versions (empty where there is none) that were put into one receipt."""
    head = ",".join(RELEASE_COLUMNS).encode()
    table, found, rest = body.partition(b"\n" + head)
    return (table + b"\n", head + rest) if found else (body, b"")


def _known(slug: str) -> str:
    if slug not in load_catalog().origins:
        raise CatalogError("history", slug, "slug", f"is no origin; there are {', '.join(origins())}")
    return slug


def _bytes(name: str) -> bytes:
    try:
        return (DIRECTORY / name).read_bytes()
    except OSError as error:
        raise CatalogError(f"history/{name}", "", "", f"cannot be read ({error})") from error
