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
from dashboard.analysis.run_words import told as of_run
from dashboard.analysis.speed import machine_words
from dashboard.analysis.speed_points import Point
from dashboard.charts.samples import SAID
from dashboard.sections import points, speed_passports
from dashboard.sections.attribution import Credit
from dashboard.sections.frame import old_words
from dashboard.text import plain
from db.read import BenchHead
from language.lists import clauses, commas, semicolons
from language.words import N_, _, _n
from verdicts.ratios import WIDEST, wide

LISTED = 6
OWN = N_("your own figures, under no licence but yours")
IMPORTED = N_("measured on another machine; its file names no licence")


def heads_of(runs: Iterable[int]) -> list[BenchHead]:
    """The runs of these numbers that are still there, the one measured last first."""
    wanted = set(runs)
    return [head for head in measured.heads() if head.run in wanted]


def credits_of(heads: Sequence[BenchHead]) -> list[Credit]:
    """Whom the figures of these runs are owed to: this machine's runs together, then those that were imported."""
    sides = [(OWN, [h for h in heads if not h.imported]), (IMPORTED, [h for h in heads if h.imported])]
    return [_credit(_(licence), mine) for licence, mine in sides if mine]


def _credit(licence: str, heads: Sequence[BenchHead]) -> Credit:
    title = _("measured by Framescope, {runs}", runs=_numbers(heads))
    machines = semicolons(dict.fromkeys(machine_words(head.machine) for head in heads))
    return Credit(
        "benchmark", title, licence, None, "", _("{what}, on {machines}", what=title, machines=machines), None
    )


def _numbers(heads: Sequence[BenchHead]) -> str:
    told, more = commas([str(head.run) for head in heads[:LISTED]]), len(heads) - LISTED
    told = _("{sources} and {n} more", sources=told, n=more) if more > 0 else told
    return _n("run {runs}", "runs {runs}", len(heads), runs=told)


def when(heads: Sequence[BenchHead]) -> str:
    """When the runs were measured: a moment, or the first and the last day."""
    days = sorted({head.measured_at.date() for head in heads})
    if not days:
        return _("run not known")
    if len(heads) == 1:
        return _("measured {when}", when=fmt.moment(heads[0].measured_at))
    if len(days) == 1:
        return _("measured {when}", when=fmt.day(days[0]))
    return _("measured {when}", when=_("{first} to {last}", first=fmt.day(days[0]), last=fmt.day(days[-1])))


def old(heads: Sequence[BenchHead], today: date) -> str:
    """Why the figures may no longer hold: the newest of them is over four months old; empty where it is not."""
    at = max((head.measured_at.date() for head in heads), default=today)
    said = old_words(at, today)
    return _("{said} Newer versions may differ; the tab Sources says what repeats it.", said=said) if said else ""


def conditions(head: BenchHead) -> str:
    """A run in one line of Markdown: when, on what machine, under which settings."""
    words = [
        _n("run {runs}", "runs {runs}", 1, runs=head.run),
        fmt.moment(head.measured_at),
        plain(machine_words(head.machine)),
    ]
    setting = {name: plain(getattr(head, name)) for name in ("preset", "device", "cache")}
    words += [_("{preset} preset, {device}, {cache} cache", **setting)]
    return " · ".join(words + ([_("imported")] if head.imported else []))


def where(heads: Sequence[BenchHead]) -> str:
    """On what machine, and with which presets and devices, the runs were measured, in Markdown."""
    machines = dict.fromkeys(plain(machine_words(head.machine)) for head in heads)
    presets = dict.fromkeys(_("{preset} preset", preset=plain(head.preset)) for head in heads)
    devices = dict.fromkeys(plain(head.device) for head in heads)
    return " · ".join([semicolons(machines), clauses([*presets, *devices])]) if heads else ""


def sources(key: str, heads: Sequence[BenchHead]) -> None:
    """Draw the runs behind a figure, each with what repeats it and its document; ``key`` is the figure's."""
    for head in heads[:LISTED]:
        licence = _(IMPORTED if head.imported else OWN)
        st.markdown(
            _("**Measured by Framescope**: {conditions}. {licence}.", conditions=conditions(head), licence=licence)
        )
        st.code(measured.repeat(head.run), language=None, wrap_lines=True)
        st.download_button(
            _("Document of run {run}", run=head.run),
            partial(document, head.run),
            file_name=f"framescope-run-{head.run}.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
            key=f"{key}-run-{head.run}",
        )
    if len(heads) > LISTED:
        st.caption(_("The newest {n} of {all} runs; the filter *Run* leads to the others.", n=LISTED, all=len(heads)))


def sources_of(key: str, heads: Sequence[BenchHead]) -> Callable[[], None]:
    """`sources`, to be drawn when the figure is."""
    return partial(sources, key, heads)


def document(run: int) -> str:
    """The whole document of a run, samples and code included, as ``framescope bench export`` writes it."""
    return as_file(measured.document(run))


def as_file(found: dict[str, Any] | None) -> str:
    """A document as JSON; a number that is none has no place there and becomes null."""
    clean = json.loads(json.dumps(found, default=str), parse_constant=lambda _name: None)
    return json.dumps(clean, indent=1, ensure_ascii=False)


def receipt(name: str) -> None:
    """Draw what lies behind a measured point: its run, what came of it, what was in force, and what repeats it."""
    point = speed_points.read(name)
    if point is None:
        return
    found, heads = measured.detail(point.run, point.workload, point.size), heads_of([point.run])
    with points.panel(point.words):
        if found is None or not heads:
            st.markdown(_("The run that held it is no longer in this database."))
            return
        st.markdown(_("Measured by Framescope: {conditions}.", conditions=conditions(heads[0])))
        sides = [row for row in found.results if row["variant"] in (point.variant, point.baseline)]
        for row in sides:
            st.markdown(_side(row, point))
        speed_passports.draw(sides, heads[0].preset)
        st.markdown(_("This repeats it:"))
        st.code(measured.repeat(point.run, point.workload, point.size), language=None, wrap_lines=True)


def _side(row: dict[str, Any], point: Point) -> str:
    """One variant in a line of Markdown: its time, or why it has none; of a sample the round that was chosen."""
    name = f"**{plain(row['variant'])}**"
    if row["status"] != "ok":
        why = of_run(row["message"]) if row.get("message") else _("no reason was kept")
        said = clauses([plain(of_run(row["status"])), plain(why)])
        return _("{state}: {why}", state=name, why=said)
    time = {at: fmt.duration((row.get("latency_s") or {}).get(at)) for at in ("median", "low", "high")}
    said = _("{variant}: median {median} a call, 95 % from {low} to {high}", variant=name, **time)
    ends = row.get("latency_s") or {}
    if wide(ends.get("low"), ends.get("high")):
        said = _(
            "{variant}: median {median} a call, interval over {n} × wide", variant=name, n=fmt.whole(WIDEST), **time
        )
    if version := (row.get("passport") or {}).get("version"):
        said = semicolons([said, _("version {version}", version=plain(version))])
    rounds = _round(row, point)
    return _("{said}. {more}", said=said, more=rounds) if rounds else said


def _round(row: dict[str, Any], point: Point) -> str:
    kept = measured.samples(int(row["result"])) if point.round.isdecimal() and len(point.round) < 9 else None
    at = int(point.round) - 1 if kept else 0
    told = [
        _("{kind} {time}", kind=_(SAID[name]), time=fmt.duration(values[at]))
        for name in SAID
        if kept and 0 <= at < len(values := kept.get(name) or ())
    ]
    return _("In measurement {n} of it: {told}", n=at + 1, told=clauses(told)) if told else ""
