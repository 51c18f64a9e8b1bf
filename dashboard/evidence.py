"""What lies behind a figure: the stored observations of its period and the receipts they were read from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from dashboard import data
from dashboard.analysis.shares import PAIR
from dashboard.analysis.tidy import day_of, each_row
from db import read
from db.engine import reading

MOST_ROWS = 60_000
MOST_RECEIPTS = 2_000
AT_A_POINT = 2_000


class Behind(NamedTuple):
    """One stored observation with its receipt, None where none is listed."""

    row: read.SeriesRow
    receipt: read.ReceiptRow | None


def behind(metric: str, systems: Sequence[str], sources: Sequence[str], start: date, end: date) -> list[Behind]:
    """The observations whose periods begin in ``[start, end)``, at most `AT_A_POINT`; never cached."""
    with reading(data.engine()) as session:
        found = read.observations(session, metrics=[metric], systems=systems, sources=sources, since=start, until=end)
        rows = [row for row, _ in zip(found, range(AT_A_POINT), strict=False)]
        numbers = {row.receipt for row in rows if row.receipt is not None}
        receipts = {number: read.receipt(session, number) for number in sorted(numbers)}
    return [Behind(row, receipts.get(row.receipt or -1)) for row in rows]


def receipts_of(metric: str, shown: pd.DataFrame) -> tuple[list[list[int]], dict[str, dict[str, Any]]]:
    """For each row of a frame the receipts of the observations in its period, and what is listed of each receipt.

    Rows are matched by system, source and definition, so ``system`` must be the store's. At most `MOST_ROWS`
    observations and `MOST_RECEIPTS` receipts are read.
    """
    if shown.empty:
        return [], {}
    with reading(data.engine()) as session:
        stored = read.observations(
            session,
            metrics=[metric],
            systems=sorted(set(shown["system"])),
            sources=sorted(set(shown["source"])),
            since=shown["start"].min().date(),
            until=shown["end"].max().date(),
        )
        places: dict[tuple[str, str, str], list[tuple[date, int]]] = {}
        for row, _ in zip(stored, range(MOST_ROWS), strict=False):
            if row.receipt is not None:
                places.setdefault((row.system, row.source, row.definition), []).append((row.period_start, row.receipt))
        numbers = [_within(sorted(places.get((r.system, r.source, r.definition), [])), r) for r in each_row(shown)]
        wanted = sorted({number for row in numbers for number in row})[:MOST_RECEIPTS]
        listed = [one for number in wanted if (one := read.receipt(session, number)) is not None]
    return numbers, {str(one.receipt): said(one) for one in listed}


def receipts_of_shares(
    metric: str, source: str, shares: pd.DataFrame
) -> tuple[list[list[int]], dict[str, dict[str, Any]]]:
    """For each share of the pair the receipts of both systems' figures in its period, and what is listed of each."""
    found = data.observed(metric, PAIR)
    stored = found[(found["source"] == source) & found["start"].isin(shares["start"])]
    numbers, told = receipts_of(metric, stored)
    own: dict[tuple[Any, Any], set[int]] = {}
    for row, those in zip(each_row(stored), numbers, strict=True):
        own.setdefault((row.start, row.end), set()).update(those)
    return [sorted(own.get((row.start, row.end), ())) for row in each_row(shares)], told


def listed(numbers: Iterable[int]) -> dict[str, dict[str, Any]]:
    """What is listed of each of these receipts, at most `MOST_RECEIPTS`."""
    wanted = sorted(set(numbers))[:MOST_RECEIPTS]
    with reading(data.engine()) as session:
        found = [one for number in wanted if (one := read.receipt(session, number)) is not None]
    return {str(one.receipt): said(one) for one in found}


def said(one: read.ReceiptRow) -> dict[str, Any]:
    """What a document says of a receipt: where from, when, what the answer was, and its sha256."""
    return {
        "url": one.url,
        "method": one.method,
        "fetched_at": one.fetched_at.isoformat(),
        "status": one.status,
        "bytes": one.size,
        "sha256": one.sha256,
        "body": "kept" if one.pruned_at is None else "given up",  # untranslated: a value of a document
    }


def _within(places: Sequence[tuple[date, int]], row: Any) -> list[int]:
    first, last = bisect_left(places, (day_of(row.start), 0)), bisect_left(places, (day_of(row.end), 0))
    return sorted({number for _, number in places[first:last]})
