"""Ratios of times: a chart for each kind of workload, what cannot be compared, and a table of workloads by variants."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import measured
from dashboard.analysis.speed import APART, Ratio, machine_words
from dashboard.analysis.speed_grid import FEW, baselines, by_category, grid, pairs, words
from dashboard.charts.ratios import span_of
from dashboard.colours import PALETTES
from dashboard.sections import figure, speed_controls, speed_figures
from dashboard.sections.frame import table_px, theme
from dashboard.sections.speed_columns import headed
from dashboard.sections.speed_controls import Asked
from dashboard.sections.verdicts import verdict_words
from dashboard.text import plain
from db.read import BenchHead
from language.lists import clauses, semicolons
from language.words import N_, _, _n

IMPORTED = N_(
    "Imported: this run was measured on another machine, the one named below. "
    "Its ratios can be held against those measured here; its times cannot."
)
MOST_ROWS = 16
LISTED = 6


def shown(asked: Asked, runs: int) -> None:
    """Draw the comparisons that the filter lets through."""
    found = measured.comparisons(asked.chosen)
    scope, pair = st.columns(2, vertical_alignment="bottom") if len(found) > FEW else (st.container(),) * 2
    with scope:
        _scope(asked.run, found, runs)
    if not found:
        none = _("This run has no comparison: a ratio needs two variants that were right.")
        narrow = _(
            "Nothing is compared here: a ratio needs two variants that were right, and that the filters let through."
        )
        st.markdown(narrow if _narrow(asked) else none)
        return
    with pair:
        chosen = _of_pair(found)
    _charts(chosen)
    _apart([row for row in chosen if not row.drawable])
    if len(found) >= measured.MOST_RATIOS:
        most = fmt.whole(measured.MOST_RATIOS)
        st.caption(_("Shown are the {n} newest comparisons; filters lead to the others.", n=most))
    if len({row.workload for row in found}) > 1:
        _grid(found)


def _scope(head: BenchHead | None, found: Sequence[Ratio], runs: int) -> None:
    if head is None:
        machines = semicolons(dict.fromkeys(machine_words(row.machine) for row in found)) or _("no machine")
        many = _n("{n} run", "{n} runs", runs, n=fmt.words(runs))
        st.caption(f"{plain(machines)} · {_('the newest of each comparison in {runs}', runs=many)}")
        return
    if head.imported:
        st.info(_(IMPORTED), icon=":material/input:")
    setting = [_("{preset} preset", preset=plain(head.preset)), plain(head.device)]
    setting += [_("{cache} cache", cache=head.cache)] if head.cache == "cold" else []
    ago = _("measured {when}", when=fmt.ago(head.measured_at, datetime.now(UTC)))
    st.caption(f"{plain(machine_words(head.machine))} · {clauses(setting)} · {ago}")


def _narrow(asked: Asked) -> bool:
    one = asked.chosen
    return any((one.workloads, one.sizes, one.variants, one.devices, one.presets, one.verdicts))


def _of_pair(found: Sequence[Ratio]) -> list[Ratio]:
    """All comparisons where they are few; else those of one pair of variants, which can be chosen."""
    if len(found) <= FEW:
        return sorted(found, key=lambda row: (row.workload, row.size, not row.drawable, row.ratio or 0))
    told = {
        f"{base}~{variant}": _("{variant} over {baseline}", variant=variant, baseline=base)
        for base, variant in pairs(found)
    }
    picked = speed_controls.one_of("pair", _("Pair"), told, next(iter(told)))
    return [row for row in found if f"{row.baseline}~{row.variant}" == picked]


def _charts(rows: Sequence[Ratio]) -> None:
    if not any(row.drawable for row in rows):
        return
    span = span_of(rows)
    groups = by_category(rows, speed_controls.categories()) if len(rows) > FEW else {"": list(rows)}
    for name, mine in groups.items():
        more = sum(row.drawable for row in mine) - MOST_ROWS
        notes = [_("{n} more are in the tab Table: a size, preset or machine among the filters leads to them.", n=more)]
        key = f"speed-ratios-{_slug(name)}" if name else "speed-ratios"
        figure.draw(speed_figures.of_ratios(key, mine, span, MOST_ROWS, name, notes if more > 0 else ()))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold())[:40]


def _apart(rows: Sequence[Ratio]) -> None:
    for row in rows[:LISTED]:
        _line(row)
    if rows[LISTED:]:
        with st.expander(_("{n} more without a ratio", n=len(rows) - LISTED)):
            for row in rows[LISTED : LISTED + 60]:
                _line(row)


def _line(row: Ratio) -> None:
    st.markdown(
        _(
            "**{workload}** {size}, {variant} over {baseline}: {verdict}",
            workload=plain(row.workload),
            size=plain(row.size),
            variant=plain(row.variant),
            baseline=plain(row.baseline),
            verdict=verdict_words(row),
        )
    )


def _grid(found: Sequence[Ratio]) -> None:
    st.header(_("Every workload against every variant"), anchor="grid")
    told = {name: name for name in baselines(found)}
    table = grid(found, speed_controls.one_of("baseline", _("Over"), told, next(iter(told))))
    frame = pd.DataFrame(
        [
            {"workload": f"{work} {size}"} | {v: words(table.cells.get((work, size, v))) for v in table.variants}
            for work, size in table.rows
        ]
    )
    verdicts = [[table.cells.get((work, size, v)) for v in table.variants] for work, size in table.rows]
    config = {"workload": st.column_config.TextColumn(pinned=True)}
    st.dataframe(
        frame.style.apply(lambda _all: _styles(frame, verdicts), axis=None),
        hide_index=True,
        column_config=headed(frame.columns, config),
        height=table_px(len(frame), 560),
        alt=_("Ratio of each variant's time to that of {baseline}, by workload", baseline=table.baseline),
    )
    st.caption(
        _(
            "▲ slower than {baseline}, ▼ faster, ≈ too close to call, ✕ not comparable, – not compared in one run. No "
            "ratio is made of two others: each was measured as a pair.",
            baseline=plain(table.baseline),
        )
    )


def _styles(frame: pd.DataFrame, verdicts: Sequence[Sequence[Ratio | None]]) -> pd.DataFrame:
    ink = PALETTES[theme()]
    looks = {
        "slower": f"color: {ink.text}",
        "faster": f"color: {ink.text}; font-weight: 700",  # untranslated: a style
        APART: f"color: {ink.wrong}",
    }
    styles = pd.DataFrame("", index=frame.index, columns=frame.columns)
    for at, row in enumerate(verdicts):
        for column, cell in enumerate(row, 1):
            styles.iat[at, column] = (
                looks.get(cell.verdict, f"color: {ink.undecided}") if cell else f"color: {ink.rule}"
            )
    return styles
