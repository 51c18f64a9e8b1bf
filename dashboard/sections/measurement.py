"""What belongs to every figure of measurements: whose it is, how old, the receipt of a point, the runs behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from dashboard import format as fmt
from dashboard import measured
from dashboard.analysis import speed_points
from dashboard.analysis.speed import machine_words
from dashboard.analysis.speed_points import Point
from dashboard.sections import points, speed_passports
from dashboard.sections.attribution import Credit
from dashboard.sections.frame import old_words
from dashboard.text import plain
from db.read import BenchHead

LISTED = 6
OWN = "your own figures, under no licence but yours"
IMPORTED = "measured on another machine; its file names no licence"


def heads_of(runs: Iterable[int]) -> list[BenchHead]:
    """The runs of these numbers that are still there, the one measured last first."""
    wanted = set(runs)
    return [head for head in measured.heads() if head.run in wanted]


def credits_of(heads: Sequence[BenchHead]) -> list[Credit]:
    """Whom the figures of these runs are owed to: this machine's runs together, then those that were imported."""
    sides = [(OWN, [h for h in heads if not h.imported]), (IMPORTED, [h for h in heads if h.imported])]
    return [_credit(licence, mine) for licence, mine in sides if mine]


def _credit(licence: str, heads: Sequence[BenchHead]) -> Credit:
    title = f"measured by Framescope, {_numbers(heads)}"
    machines = "; ".join(dict.fromkeys(machine_words(head.machine) for head in heads))
    return Credit("benchmark", title, licence, None, "", f"{title}, on {machines}", None)


def _numbers(heads: Sequence[BenchHead]) -> str:
    told = ", ".join(str(head.run) for head in heads[:LISTED])
    more = f" and {len(heads) - LISTED} more" if len(heads) > LISTED else ""
    return f"run{'' if len(heads) == 1 else 's'} {told}{more}"


def when(heads: Sequence[BenchHead]) -> str:
    """When the runs were measured: a moment, or the first and the last day."""
    days = sorted({head.measured_at.date() for head in heads})
    if not days:
        return "run not known"
    if len(heads) == 1:
        return f"measured {fmt.moment(heads[0].measured_at)}"
    return f"measured {fmt.day(days[0])}" + (f" to {fmt.day(days[-1])}" if len(days) > 1 else "")


def old(heads: Sequence[BenchHead], today: date) -> str:
    """Why the figures may no longer hold: the newest of them is over four months old; empty where it is not."""
    at = max((head.measured_at.date() for head in heads), default=today)
    said = old_words(at, today)
    return f"{said} Newer versions may differ; the tab Sources says what repeats it." if said else ""


def conditions(head: BenchHead) -> str:
    """A run in one line of Markdown: when, on what machine, under which settings."""
    words = [f"run {head.run}", fmt.moment(head.measured_at), plain(machine_words(head.machine))]
    words += [f"{plain(head.preset)} preset, {plain(head.device)}, {plain(head.cache)} cache"]
    return " · ".join(words + (["imported"] if head.imported else []))


def sources(key: str, heads: Sequence[BenchHead]) -> None:
    """Draw the runs behind a figure, each with what repeats it and its document; ``key`` is the figure's."""
    for head in heads[:LISTED]:
        st.markdown(f"**Measured by Framescope**: {conditions(head)}. {IMPORTED if head.imported else OWN}.")
        st.code(measured.repeat(head.run), language=None, wrap_lines=True)
        st.download_button(
            f"Document of run {head.run}",
            partial(document, head.run),
            file_name=f"framescope-run-{head.run}.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
            key=f"{key}-run-{head.run}",
        )
    if len(heads) > LISTED:
        st.caption(f"The newest {LISTED} of {len(heads)} runs; the filter *Run* leads to the others.")


def sources_of(key: str, heads: Sequence[BenchHead]) -> Callable[[], None]:
    """`sources`, to be drawn when the figure is."""
    return partial(sources, key, heads)


def document(run: int) -> str:
    """The whole document of a run, samples and code included, as ``framescope bench export`` writes it."""
    return as_file(measured.document(run))


def as_file(found: dict[str, Any] | None) -> str:
    """A document as JSON; a number that is none has no place there and becomes null."""
    clean = json.loads(json.dumps(found, default=str), parse_constant=lambda _: None)
    return json.dumps(clean, indent=1, ensure_ascii=False)


def receipt(name: str) -> None:
    """Draw what lies behind a measured point: its run, what came of it, what was in force, and what repeats it."""
    point = speed_points.read(name)
    if point is None:
        return
    found, heads = measured.detail(point.run, point.workload, point.size), heads_of([point.run])
    with points.panel(point.words):
        if found is None or not heads:
            st.markdown("The run that held it is no longer in this database.")
            return
        st.markdown(f"Measured by Framescope: {conditions(heads[0])}.")
        sides = [row for row in found.results if row["variant"] in (point.variant, point.baseline)]
        for row in sides:
            st.markdown(_side(row, point))
        speed_passports.draw(sides, heads[0].preset)
        st.markdown("This repeats it:")
        st.code(measured.repeat(point.run, point.workload, point.size), language=None, wrap_lines=True)


def _side(row: dict[str, Any], point: Point) -> str:
    """One variant in a line of Markdown: its time, or why it has none; of a sample the round that was chosen."""
    name = f"**{plain(row['variant'])}**"
    if row["status"] != "ok":
        return f"{name}: {plain(row['status'])}, {plain(row.get('message') or 'no reason was kept')}"
    time = row.get("latency_s") or {}
    span = f"{fmt.duration(time.get('low'))} to {fmt.duration(time.get('high'))}"
    said = f"{name}: median {fmt.duration(time.get('median'))} a call, 95 % from {span}"
    version = (row.get("passport") or {}).get("version")
    said += f"; version {plain(version)}" if version else ""
    return said + _round(row, point)


def _round(row: dict[str, Any], point: Point) -> str:
    kept = measured.samples(int(row["result"])) if point.round.isdecimal() and len(point.round) < 9 else None
    at = int(point.round) - 1 if kept else 0
    told = [
        f"{words} {fmt.duration(values[at])}"
        for name, words in (("latency", "latency"), ("throughput", "throughput"), ("again", "the baseline again"))
        if kept and 0 <= at < len(values := kept.get(name) or ())
    ]
    return f". In measurement {at + 1} of it: {', '.join(told)}" if told else ""
