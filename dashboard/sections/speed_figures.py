"""The figures of Speed: ratios, the roofline, raw samples, the history of a result, each with what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from dashboard import data, measured
from dashboard import format as fmt
from dashboard.analysis import speed_findings
from dashboard.analysis.run_words import told as of_run
from dashboard.analysis.speed import Ratio, machine_words
from dashboard.analysis.speed_points import Point, of_ratio
from dashboard.analysis.speed_rows import Roof
from dashboard.charts.ratios import ratio_chart
from dashboard.charts.roofline import per_second, roofline
from dashboard.charts.samples import samples_chart
from dashboard.charts.speed_history import history_chart, version_changes
from dashboard.sections import measurement
from dashboard.sections.figure import Figure
from dashboard.sections.figure_files import Rows
from dashboard.sections.frame import theme
from dashboard.sections.speed_columns import headed
from dashboard.text import bare, exact, plain
from db.read import BenchHead
from language.words import N_, _
from verdicts.ratios import WIDEST

FEW = 4
"""Runs up to which no step can be told from noise."""
MOST_RECEIPTS = 50
RATIOS = ("workload", "size", "variant", "over", "ratio", "low", "high", "verdict", "why", "preset", "device", "run")
KEY = N_(
    "Time over the baseline's time, latency of single calls · dot: ratio, bar: 95 % interval, left of *same* is faster"
)


def of_ratios(
    key: str, rows: Sequence[Ratio], span: float, most: int, name: str = "", notes: Sequence[str] = ()
) -> Figure:
    """Comparisons with their intervals: the first ``most`` that have a ratio are drawn, the table has all of them.

    ``name`` says of a part of the comparisons which it is; ``span`` is how far the axis goes either way of 1.
    """
    drawn = [row for row in rows if row.drawable][:most]
    found = speed_findings.of_ratios(drawn)
    table = pd.DataFrame([_ratio(row) for row in rows], columns=list(RATIOS))
    return _figure(
        key,
        _("{kind}: {means}", kind=_(name).capitalize(), means=found) if name else found,
        {row.run for row in rows},
        subtitle=_(KEY),
        counted=_("Time over the baseline's time, latency of single calls, 95 % interval"),
        picture=ratio_chart(drawn, theme(), span=span),
        table=_worded(table),
        rows=partial(_rows, table),
        notes=[*notes, *_wide(drawn)],
        points=[of_ratio(row).name for row in rows],
        about={"figures": _("time of variant over time of baseline, 95 % interval")},
    )


def _wide(drawn: Sequence[Ratio]) -> list[str]:
    """What is said under a chart where an interval is too wide to tell anything."""
    if not any(row.wide for row in drawn):
        return []
    says = _(
        "An interval over {n} × wide, its upper end over {n} times its lower one, tells next to nothing. It is dotted, "
        "with arrowheads where it goes on beyond the axis, which does not follow it; files have its ends. Three "
        "processes or more tell more than two.",
        n=fmt.whole(WIDEST),
    )
    return [says]


def _ratio(row: Ratio) -> tuple[Any, ...]:
    made = (row.workload, row.size, row.variant, row.baseline, row.ratio, row.low, row.high, row.verdict, row.why)
    return (*made, row.preset, row.device, row.run)


def of_roof(points: Sequence[Roof], ceilings: Mapping[str, Any], of: Point) -> Figure:
    """The variants of one workload under the machine's roof; ``of`` names run, workload and size."""
    names = {point.variant: of._replace(variant=point.variant).name for point in points}
    columns = ("variant", "flop_per_byte", "flop_per_s", "share_of_roof_percent", "run")
    cells = [
        (p.variant, p.intensity, p.flops_per_s, speed_findings.share_of_roof(p, ceilings) * 100, of.run) for p in points
    ]
    table = pd.DataFrame(cells, columns=list(columns))
    return _figure(
        "speed-roofline",
        speed_findings.of_roof(points, ceilings),
        {of.run},
        subtitle=f"{plain(of.workload)} {plain(of.size)} · {_('FLOP/s by FLOP per byte moved, both logarithmic')}",
        picture=roofline(points, ceilings["flops_per_s"], ceilings["bytes_per_s"], theme(), names),
        table=table,
        rows=partial(_rows, table),
        notes=[_ceilings(ceilings)],
        points=list(names.values()),
        about={"flops_per_s": ceilings["flops_per_s"], "bytes_per_s": ceilings["bytes_per_s"]},
    )


def _ceilings(ceilings: Mapping[str, Any]) -> str:
    top, memory = per_second(ceilings["flops_per_s"], "FLOP"), per_second(ceilings["bytes_per_s"], "B")
    if ceilings.get("flops_from"):
        top = _("{rate}, reached by {source}", rate=top, source=plain(ceilings["flops_from"]))
    return _(
        "Throughput of each variant against the ceilings measured in this run: {compute} and {memory} of memory. FLOP "
        "and bytes are those the workload needs, counted by hand; a cache can lift a point above the slope.",
        compute=top,
        memory=memory,
    )


def of_samples(samples: Mapping[str, Sequence[Any]], of: Point) -> Figure:
    """Every round of one variant, in the order measured."""
    latency, process = samples.get("latency") or (), samples.get("process") or ()
    many = max(len(samples.get(name) or ()) for name in ("latency", "throughput", "again"))
    names = [of._replace(round=str(at + 1)).name for at in range(many)]
    columns = ("measurement", "round", "process", "latency_s", "throughput_s", "baseline_again_s", "run")
    table = pd.DataFrame([_sample(samples, at, of.run) for at in range(many)], columns=list(columns))
    return _figure(
        "speed-samples",
        speed_findings.of_samples(latency, process, of.variant),
        {of.run},
        subtitle=f"{plain(of.workload)} {plain(of.size)} · {_('seconds a call, round by round, linear from nought')}",
        picture=samples_chart(samples, of.variant, theme(), names),
        table=table,
        rows=partial(_rows, table),
        notes=[_("Variants take turns within a round, in an order drawn by lot. A thin rule: another process begins.")],
        points=names,
        about={"workload": of.workload, "size": of.size, "variant": of.variant},
    )


def _sample(samples: Mapping[str, Sequence[Any]], at: int, run: int) -> tuple[Any, ...]:
    def number(name: str, more: int = 0) -> Any:
        held = samples.get(name) or ()
        return held[at] + more if at < len(held) and held[at] is not None else None

    kinds = [number(name) for name in ("latency", "throughput", "again")]
    return (at + 1, number("rounds", 1), number("process", 1), *kinds, run)


def of_history(rows: Sequence[dict[str, Any]], notes: Sequence[str]) -> Figure:
    """The medians of one result over its runs, oldest first."""
    names = [Point(row["run"], row["workload"], row["size"], row["variant"]).name for row in rows]
    changed = {id(row): what for row, what in version_changes(rows)}
    columns = ("run", "measured", "median_s", "low_s", "high_s", "versions", "step")
    cells = [_past(row, changed.get(id(row), "")) for row in rows]
    table = pd.DataFrame(cells, columns=list(columns))
    newest = rows[-1]
    return _figure(
        "speed-history",
        speed_findings.of_history(rows, FEW),
        {row["run"] for row in rows},
        subtitle=_(
            "Seconds a call by day of the run · dot: median, bar: 95 % interval · {device}, {preset} preset",
            device=plain(newest["device"]),
            preset=plain(newest["preset"]),
        ),
        picture=history_chart(rows, theme(), names),
        table=table,
        rows=partial(_rows, table),
        notes=notes,
        points=names,
        about={"workload": newest["workload"], "size": newest["size"], "variant": newest["variant"]},
    )


def _past(row: dict[str, Any], changed: str) -> tuple[Any, ...]:
    time, step = row["latency_s"], row.get("step")
    said = speed_findings.step_words(step) if step else ""
    return (
        row["run"],
        fmt.moment(row["measured_at"]),
        time["median"],
        time.get("low"),
        time.get("high"),
        changed,
        said,
    )


def _figure(key: str, title: str, runs: set[int], **more: Any) -> Figure:
    """A figure of measurements: its runs are its source, its age and the receipts behind its points.

    ``counted`` and the machines stand in a picture of it alone; on the page its subtitle and sources say them.
    """
    heads = measurement.heads_of(runs)
    more["columns"] = headed(more["table"].columns, {name: {"format": "%.3g"} for name in ("ratio", "low", "high")})
    machines = dict.fromkeys(machine_words(head.machine) for head in heads)
    counted = " · ".join(filter(None, (more.pop("counted", "") or bare(more["subtitle"]), *machines)))
    more["picture"].update_layout(meta=(more["picture"].layout.meta or {}) | {"subtitle": counted})
    return Figure(
        key=key,
        title=_("{sentence}.", sentence=title),
        credits=measurement.credits_of(heads),
        collected=measurement.when(heads),
        old=measurement.old(heads, data.today()),
        sources=measurement.sources_of(key, heads),
        receipt=measurement.receipt,
        conditions=measurement.where(heads),
        **more,
    )


def _worded(table: pd.DataFrame) -> pd.DataFrame:
    """The table of ratios as it is read; files keep the words of the store."""
    return table.assign(
        **{name: [of_run(text) if text else text for text in table[name]] for name in ("verdict", "why")}
    )


def _rows(table: pd.DataFrame) -> Rows:
    """The table as a file has it, with the conditions of each of its runs."""
    values = [[_cell(value) for value in row] for row in table.astype(object).to_numpy().tolist()]
    heads = measurement.heads_of({int(run) for run in table["run"]})[:MOST_RECEIPTS]
    return Rows(list(table.columns), values, {str(head.run): _said(head) for head in heads})


def _cell(value: Any) -> Any:
    if pd.isna(value):
        return None
    return exact(value) if isinstance(value, float) else value


def _said(head: BenchHead) -> dict[str, Any]:
    """What a document says of a run: when, where, under what settings, and the command that repeats it."""
    told = {name: getattr(head, name) for name in ("machine", "preset", "device", "cache", "imported")}
    return {"measured_at": head.measured_at.isoformat(), **told, "repeat": measured.repeat(head.run)}
