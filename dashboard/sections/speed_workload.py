"""One workload of one run: its times, first calls and memory, what is missing, and how it was made."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data, measured
from dashboard import format as fmt
from dashboard.analysis.run_words import told as of_run
from dashboard.analysis.speed import Ratio
from dashboard.analysis.speed_points import Point
from dashboard.analysis.speed_rows import absent, ceilings_of, conditions, detailed, memory_words, roofs, why_no_roof
from dashboard.charts.ratios import span_of
from dashboard.sections import figure, speed_code, speed_controls, speed_figures, speed_passports, speed_samples
from dashboard.sections.frame import filtered_out
from dashboard.sections.speed_columns import headed
from dashboard.sections.speed_controls import Asked
from dashboard.sections.speed_table import columns, written
from dashboard.sections.verdicts import struck
from dashboard.text import plain
from db.read import BenchFilter, BenchHead
from language.lists import clauses, semicolons
from language.words import _, _n

MOST_WORKS = 500


def shown(asked: Asked) -> None:
    """Draw the workload that is chosen, of those that the filters let through."""
    offered = _offered(asked)
    if not offered:
        filtered_out(_("result"))
        return
    picked = speed_controls.one_of("of", _("Workload"), {key: key for key in offered}, next(iter(offered)))
    run = offered[picked]
    workload, _space, size = picked.partition(" ")
    found = measured.detail(run, workload, size)
    head = next((one for one in measured.heads() if one.run == run), None)
    if found is None or head is None:
        st.markdown(_("The run that held it is no longer in this database."))
        return
    _draw(head, found, workload, size)


def _offered(asked: Asked) -> dict[str, int]:
    """Each workload and size that the filters let through, with the newest run that has it."""
    works: dict[str, int] = {}
    for row in measured.results(asked.chosen, limit=MOST_WORKS).rows:
        works.setdefault(f"{row['workload']} {row['size']}", row["run"])
    return dict(sorted(works.items()))


def _draw(head: BenchHead, found: measured.Detail, workload: str, size: str) -> None:
    entry = next((one for one in data.workloads() if one["workload"] == workload), {})
    st.header(plain(clauses([_(entry.get("title") or workload), size])), anchor="workload")
    said = semicolons(conditions(found.head, workload, size))
    run = _("Run {run}, {moment}", run=head.run, moment=fmt.moment(head.measured_at))
    st.caption(run + (f" · {plain(said)}" if said else ""))
    chosen = BenchFilter(runs=(head.run,), workloads=(workload,), sizes=(size,))
    _ratios(measured.comparisons(chosen))
    _figures(found.results)
    _absent(found.results, entry)
    of = Point(head.run, workload, size, "")
    _roofline(found, of)
    speed_samples.shown(found.results, of)
    speed_passports.shown(found.results, head.preset)
    speed_code.shown(found.head, workload, found.results)


def _ratios(rows: list[Ratio]) -> None:
    good = sorted((row for row in rows if row.drawable), key=lambda row: row.ratio or 0)
    for baseline in dict.fromkeys(row.baseline for row in rows):
        mine = [row for row in good if row.baseline == baseline]
        if mine:
            key = f"speed-workload-{baseline.replace('.', '-')}"
            figure.draw(speed_figures.of_ratios(key, mine, span_of(good), len(mine)))
    reasons: dict[str, list[Ratio]] = {}
    for row in rows:
        if not row.drawable:
            why = of_run(row.why) if row.why else _("no reason given")
            reasons.setdefault(_("{state}: {why}", state=_(row.verdict), why=why), []).append(row)
    for why, alike in reasons.items():
        st.markdown(f":red[{plain(why)}]  \n{semicolons([_struck(row) for row in alike])}")


def _struck(row: Ratio) -> str:
    sides = _("{variant} over {baseline}", variant=plain(row.variant), baseline=plain(row.baseline))
    return " ".join(filter(None, [sides, struck(row)]))


def _figures(results: list[dict[str, Any]]) -> None:
    st.markdown(f"**{_('Times, first calls, memory, errors')}**")
    frame = pd.DataFrame([detailed(row) for row in results])
    frame = frame.drop(columns=[name for name in frame.columns if frame[name].isna().all() and name.endswith("MiB")])
    config = columns() | {"variant": st.column_config.TextColumn(pinned=True)}
    told = written(frame)
    st.dataframe(
        told,
        hide_index=True,
        column_config=headed(frame.columns, config),
        placeholder="—",
        alt=_("Every variant of this workload"),
    )
    st.caption(
        _(
            "Latency waits after every call, throughput once after many. First call: in a fresh process, with "
            "compiling; the middle of all processes, then each. The error is relative to the float64 reference and "
            "must stay within the tolerance. Of ceiling: of the nearer one, compute or memory."
        )
    )
    for words in memory_words(results):
        st.caption(_("{sentence}.", sentence=plain(words[0].upper() + words[1:])))


def _absent(results: list[dict[str, Any]], entry: dict[str, Any]) -> None:
    known = [str(one) for one in measured.variants()]
    rows = absent(results, entry.get("gaps") or {}, known)
    if not rows:
        return
    failed = {row["variant"] for row in results if row["status"] != "ok"}
    variants = _n("{n} variant", "{n} variants", len(rows), n=fmt.words(len(rows)))
    st.markdown(f"**{_('Without a time: {variants}', variants=variants)}**")
    for variant, why in rows:
        said = f":red[{plain(why)}]" if variant in failed else f":gray[{plain(why)}]"
        st.markdown(f"- {_('{state}: {why}', state=plain(variant), why=said)}")


def _roofline(found: measured.Detail, of: Point) -> None:
    ceilings = ceilings_of(found.head, found.results)
    st.markdown("**" + _("Under the machine's roof") + "**")
    why = why_no_roof(ceilings, found.results)
    if why:
        st.caption(why)
        return
    figure.draw(speed_figures.of_roof(roofs(found.results), ceilings, of))
