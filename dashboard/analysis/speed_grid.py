"""Many comparisons at once: which pair to show, and a table of workloads against variants over one baseline (pure)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard import format as fmt
from dashboard.analysis.speed import APART, CLOSE, EVERYDAY, Ratio, turned
from language.words import _

Pair = tuple[str, str]
FEW = 12
"""Comparisons up to which all are drawn; beyond, one pair is."""


@dataclass(frozen=True)
class Grid:
    """Ratios over one baseline: a row per workload and size, a column per variant; None where nothing was measured."""

    baseline: str
    variants: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    cells: Mapping[tuple[str, str, str], Ratio]


def pairs(rows: Iterable[Ratio]) -> list[Pair]:
    """The pairs (baseline, variant) there are: those used most every day first, then those in most workloads."""
    many = Counter((row.baseline, row.variant) for row in rows)
    return sorted(
        many, key=lambda pair: (EVERYDAY.index(pair) if pair in EVERYDAY else len(EVERYDAY), -many[pair], pair)
    )


def baselines(rows: Iterable[Ratio]) -> list[str]:
    """Every variant that another was compared with, either way round; the most frequent first."""
    many = Counter(side for row in rows for side in (row.baseline, row.baseline, row.variant))
    return sorted(many, key=lambda name: (-many[name], name))


def grid(rows: Sequence[Ratio], baseline: str) -> Grid:
    """Each workload's comparisons with one baseline; of several of one cell the first given, which is the newest."""
    cells: dict[tuple[str, str, str], Ratio] = {}
    for row in rows:
        one = row if row.baseline == baseline else turned(row) if row.variant == baseline else None
        if one is not None:
            cells.setdefault((one.workload, one.size, one.variant), one)
    works = tuple(sorted({(row.workload, row.size) for row in rows}))
    return Grid(baseline, tuple(sorted({variant for _, _, variant in cells})), works, cells)


def words(cell: Ratio | None) -> str:
    """A cell as a sign and words: ``▲ 2.1 × slower``, ``▼ 1.4 × faster``, ``≈ too close``, ``✕ not comparable``."""
    if cell is None:
        return "–"
    if cell.verdict == APART:
        return _("✕ not comparable")
    if cell.verdict == CLOSE:
        return _("≈ too close")
    if not cell.drawable:
        return f"? {_(cell.verdict)}"
    return f"{'▲' if cell.verdict == 'slower' else '▼'} {fmt.times(cell.ratio)}"


def by_category(rows: Iterable[Ratio], categories: Mapping[str, str]) -> dict[str, list[Ratio]]:
    """Comparisons by the category of their workload, in the order of its name; `other` for one not listed any more."""
    found: dict[str, list[Ratio]] = {}
    for row in sorted(rows, key=lambda row: (categories.get(row.workload, "other"), row.workload, row.size)):
        found.setdefault(categories.get(row.workload, "other"), []).append(row)
    return found
