"""The bundled figures: one table and one description for each origin, and the functions that read them."""

from catalog.history.read import (
    origin_bytes,
    origins,
    read_figures,
    read_origin,
    read_releases,
    release_bytes,
    split_bundle,
)
from catalog.history.rows import Figure, HistoryRelease, HistoryRow
from catalog.history.tables import parse_figures, parse_releases, parse_rows, parse_series

__all__ = [
    "Figure",
    "HistoryRelease",
    "HistoryRow",
    "origin_bytes",
    "origins",
    "parse_figures",
    "parse_releases",
    "parse_rows",
    "parse_series",
    "read_figures",
    "read_origin",
    "read_releases",
    "release_bytes",
    "split_bundle",
]
