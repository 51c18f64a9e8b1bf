"""The adoption page's second tab: every signal as a share on one axis, and what they disagree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import data, evidence
from dashboard import format as fmt
from dashboard.analysis.crossings import crossing, disagreement
from dashboard.analysis.cuts import severing
from dashboard.analysis.parts import Step, steepest
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import Signal
from dashboard.analysis.tidy import each_row
from dashboard.charts.lines import point_name
from dashboard.charts.signal_breaks import numbered
from dashboard.charts.signal_lines import Line
from dashboard.charts.signals import FIRST_YEAR, signals_chart
from dashboard.sections import attribution, break_words, figure, linked, overview_signals, receipt_panel
from dashboard.sections.figure_files import Rows
from dashboard.sections.frame import embedded, empty, theme
from dashboard.text import plain
from language.lists import colon, commas, sentences
from language.words import _

COLUMNS = ("metric", "signal", "source", "period_start", "period_end", "share_percent", "receipts")


def draw(head: st.delta_generator.DeltaGenerator, catalog: Catalog) -> None:
    """Draw the signals that have figures of both."""
    signals = overview_signals.found()
    names = {slug: system.name for slug, system in catalog.systems.items()}
    said, when = disagreement(signals, names, data.today())
    if not embedded():
        head.title(plain(said), anchor=False)
    lines = lines_of(signals)
    if not lines:
        empty(
            _("No figures yet"),
            _("No signal has figures of both systems. This collects what is due:"),
            "framescope collect",
        )
        return
    counted = _(
        "Share of {first} in {first} + {second}, percent, by signal", first=names[PAIR[0]], second=names[PAIR[1]]
    )
    owed = [attribution.credit(catalog, source) for source in dict.fromkeys(line.source for line in lines)]
    figure.draw(
        figure.Figure(
            key="signals",
            title=said,
            subtitle=f"{plain(counted)} · {_newest(lines)}",
            picture=signals_chart(lines, names, PAIR[0], data.today(), theme(), counted),
            table=_table(lines, names),
            rows=partial(_rows, lines),
            credits=owed,
            collected=_taken(lines, catalog),
            breaks=[colon(line.name, said) for line in lines for said in break_words.meanings(line.cuts)],
            notes=[*([plain(when)] if when else []), *_notes(lines)],
            points=_points(lines),
            receipt=partial(_receipt, signals, catalog),
            opens=_("A click on a point opens the receipts of the figures that its share is made of."),
            headed=False,
            alt=sentences((said, when, _("The dates are in the tab Table."))),
        )
    )


def lines_of(signals: Sequence[Signal]) -> list[Line]:
    """The signals with a share, each with its crossing."""
    made = []
    for place, one in enumerate(signals):
        if one.lead is not None:
            cut = severing(one.cuts)
            found = crossing(one.shares, PAIR, cut)
            line = Line(one.title, one.metric.slug, one.shares, cut, found, one.source or "", cuts=one.cuts)
            made.append(replace(line, place=place, newest=one.lead.newest))
    return numbered(made, date(FIRST_YEAR, 1, 1))


def _newest(lines: Sequence[Line]) -> str:
    """The newest day that a figure of any signal is of; a line that ended long before says so in its name."""
    last = max(line.newest or line.shares["last"].iloc[-1].date() for line in lines)
    return _("last data {month}, {age}", month=fmt.month(last), age=fmt.age(last, data.today()))


def _taken(lines: Sequence[Line], catalog: Catalog) -> str:
    """When the figures were taken: on one day, or from the first to the last; bundled where all of them are."""
    owed = {line.source: attribution.credit(catalog, line.source) for line in lines}
    stored = data.series()
    whens = {
        line.source: attribution.fetched(data.observed(line.metric, PAIR), stored, line.metric, line.source)
        for line in lines
        if not owed[line.source].retrieved
    }
    return attribution.taken(owed.values(), whens)


def _points(lines: Sequence[Line]) -> list[str]:
    """What can be opened: the newest point of each signal, as the rows of the table, and then all others."""
    every = [[point_name(line.metric, row) for row in each_row(line.shares.iloc[::-1])] for line in lines]
    return [own[0] for own in every] + [name for own in every for name in own[1:]]


def _receipt(signals: Sequence[Signal], catalog: Catalog, name: str) -> None:
    found = next((one for one in signals if one.metric.slug == name.partition("~")[0]), None)
    if found is not None:
        receipt_panel.share(found, found.source or "", catalog, name)


def _table(lines: Sequence[Line], names: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame([_row(line, names) for line in lines])


def _row(line: Line, names: dict[str, str]) -> dict[str, object]:
    last, found = line.shares.iloc[-1], line.crossing
    return {
        _("signal"): line.name,
        _("share now"): fmt.percent(float(last["share"])),
        _("as of"): last["last"].date(),
        _("passed by"): names[found.leader] if found else _("nobody"),
        _("no earlier than"): found.first if found else None,
        _("no later than"): found.last if found else None,
        _("changed hands"): found.times if found else 0,
        "": _("a break lies there: it may be the counting that changed") if found and found.changed else "",
    }


def _rows(lines: Sequence[Line]) -> Rows:
    values: list[tuple[object, ...]] = []
    listed: dict[str, dict[str, Any]] = {}
    for line in lines:
        numbers, told = evidence.receipts_of_shares(line.metric, line.source, line.shares)
        listed |= told
        values += [
            (line.metric, line.name, line.source, str(row.start.date()), str(row.end.date()), row.share * 100, own)
            for row, own in zip(each_row(line.shares), numbers, strict=True)
        ]
    return Rows(COLUMNS, values, listed)


def _stepped(line: Line, step: Step) -> str:
    """Why a line has steps that are no changes from one period to the next, by the steepest one."""
    return _(
        "{signal}: some periods of this source share days, so a step between two of them is no change from one period "
        "to the next. The steepest, a stroke in {month}, goes from {before} to {after}: the later period begins {days} "
        "days after the earlier one and shares {shared} days with it. A point says how many days it shares.",
        signal=plain(line.name),
        month=fmt.month(step.at),
        before=fmt.percent(step.before),
        after=fmt.percent(step.after),
        days=step.days,
        shared=step.shared,
    )


def _notes(lines: Sequence[Line]) -> list[str]:
    found = [
        _(
            "A bar under the chart goes from the first to the last day on which the lead can have changed hands: from "
            "the last figure before the one was ahead for the first time to the first figure of the lead that lasts."
        ),
        _(
            "Colours, dashes and the signs before the names tell signals apart here, not frameworks; a bar has the "
            "colour of who passed, grey where a break lies in it. Lines are cut where figures are "
            "missing and at breaks, a short stroke with a number each, explained below by signal."
        ),
    ]
    found += [
        "  \n".join([f"**{plain(line.name)}**", *map(plain, break_words.meanings(line.cuts))])
        for line in lines
        if line.cuts
    ]
    found += [_stepped(line, step) for line in lines if (step := steepest(line.shares, line.breaks)) is not None]
    links = [f"[{plain(line.name)}]({linked.page('adoption', metric=line.metric)})" for line in lines]
    return [*found, _("Each signal with its breaks and receipts: {links}.", links=commas(links))]
