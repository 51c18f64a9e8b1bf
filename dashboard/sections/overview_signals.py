"""The overview's table of signals: one row each, with its share over time, leader, change and age."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from catalog.load import Catalog
from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.finding import is_old
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import Signal, signal
from dashboard.analysis.tidy import day_of
from dashboard.charts.marks import spark
from dashboard.colours import dot
from dashboard.sections import attribution, linked, remedy
from dashboard.sections.frame import theme
from dashboard.text import code, plain
from language.lists import clauses, colon, sentences
from language.words import N_, _

WIDTHS = (2.0, 2.9, 0.9, 1.5, 1.5, 1.2, 1.5)
HEADS = (N_("Signal"), "", N_("Now"), N_("Leader"), N_("Since"), N_("12 months"), N_("Data"))
"""Heads of the columns; the second says which years are drawn."""
ALONE = (N_("Share now"), N_("Leader"), N_("Lead"), N_("Change in 12 months"), N_("Newest data"))
"""What the cells from the third on say of themselves on a phone, where no head stands above them."""
Notes = dict[tuple[str, date], tuple[int, str]]


def found() -> list[Signal]:
    """Every signal of the catalogue, with its figures where there are any."""
    catalog, today = data.catalog(), data.today()
    return [
        signal(metric, data.observed(metric.slug, PAIR), catalog.breaks, today)
        for metric in catalog.metrics.values()
        if metric.signal
    ]


def table(signals: Sequence[Signal], catalog: Catalog, today: date) -> None:
    """Draw the rows, those with figures first, then what the numbers in them mean and whom they are owed to."""
    notes = _notes(signals)
    if any(one.lead for one in signals):
        st.header(_("Who leads, on what, since when"), anchor="signals")
        with st.container(key="head-signals"):
            for column, words in zip(st.columns(WIDTHS, gap="small"), HEADS, strict=True):
                column.caption(_(words) if words else _("Share of PyTorch, 2015 – {year}", year=today.year))
    else:
        st.header(_("What each signal waits for"), anchor="signals")
    for one in sorted(signals, key=lambda s: 2 if s.lead is None else is_old(s.lead, today)):
        with st.container(key=f"row-signal-{one.metric.slug}"):
            _row(one, catalog, today, notes) if one.lead is not None else _without(one, catalog)
    _foot(signals, catalog, notes)


def _row(one: Signal, catalog: Catalog, today: date, notes: Notes) -> None:
    assert one.lead is not None  # noqa: S101  # `table` calls this for signals with figures alone
    found = one.lead
    cells = st.columns(WIDTHS, gap="small", vertical_alignment="center")
    with cells[0]:
        _link(one)
    severed = [c.when for c in one.cuts if c.severs]
    picture = spark(one.shares, found.leader, severed, today, theme())
    name = catalog.systems[found.leader].name if found.leader else _("level")
    said = _(
        "{signal}, share of PyTorch from {first} to {last}, now {share}: {leader}",
        signal=one.title, first=fmt.month(one.shares["at"].iloc[0]), last=fmt.month(found.at),
        share=fmt.percent(found.share), leader=name,
    )  # fmt: skip
    cells[1].image(picture, alt=said)
    told = (
        fmt.percent(found.share),
        f"{dot(found.leader)} **{plain(name)}**",
        _since(one),
        _change(one, notes),
        _age(found.newest, one.stale(today), today),
    )
    for cell, alone, says in zip(cells[2:], ALONE, told, strict=True):
        cell.markdown(f"*{_(alone)}* {says}")  # the stylesheet shows the name on a phone alone


def _link(one: Signal) -> None:
    st.page_link("views/adoption.py", label=one.title, query_params=linked.same_figure(one))


def _since(one: Signal) -> str:
    assert one.lead is not None  # noqa: S101  # as in `_row`
    if one.lead.leader is None:
        return "–"
    if one.lead.throughout:
        return _("throughout")
    if one.lead.changed:
        return _("since a break, {month}", month=fmt.month(one.lead.since))
    month = fmt.month(one.lead.since)
    return _("since {month}", month=month) if one.lead.before is None else _("by {month}", month=month)


def _change(one: Signal, notes: Notes) -> str:
    if one.change.breaks:
        signs = "".join(fmt.circled(notes[one.source or "", when][0]) for when in one.change.breaks)
        return _("break {signs}", signs=signs)
    return fmt.points(one.change.points)


def _age(at: date, stale: bool, today: date) -> str:
    age = fmt.age(at, today)
    return f"{fmt.month(at)}  \n" + (f":small[:yellow[⚠ {age}]]" if stale else f":small[:gray[{age}]]")


def _without(one: Signal, catalog: Catalog) -> None:
    cells = st.columns((WIDTHS[0], sum(WIDTHS[1:-1]), WIDTHS[-1]), gap="small", vertical_alignment="center")
    with cells[0]:
        _link(one)
    cells[1].markdown(f":gray[{_why_not(one, catalog)}]")
    cells[2].markdown(":gray[—]")


def _why_not(one: Signal, catalog: Catalog) -> str:
    can, there = remedy.sources_of(one.metric), _there(one.metric.slug, catalog)
    if any(entry["last_success"] for entry in can):
        return _("Collected, but not yet for a whole month of both.")
    if not can and there:
        return sentences((there, _("No source that is built in fetches a series.")))
    if not can:
        return _("No data yet: no source that is built in fetches it.")
    command = code(remedy.command(can[0]))
    if there:
        says = N_("{command} brings one in.") if can[0].get("imported") else N_("{command} fetches one.")
        return sentences((there, _(says, command=command)))
    if can[0].get("imported"):
        return _("No data yet. {command} brings it in.", command=command)
    return _("No data yet. {command} fetches it.", command=command)


def _there(metric: str, catalog: Catalog) -> str:
    """What is stored of a signal of which no share over time can be made, with the way to it; empty for nothing."""
    stored = data.series()
    mine = stored[(stored["metric"] == metric) & stored["system"].isin(PAIR) & (stored["observations"] > 0)]
    if mine.empty:
        return ""
    ways = mine.groupby(["source", "definition"]).agg(systems=("system", "nunique"), last=("last", "min"))
    both = ways[ways["systems"] == len(PAIR)]
    newest = mine.sort_values(["last", "source", "definition"]).iloc[-1]
    lone = {"link": _way(metric, newest["source"], newest["definition"]), "month": _reached(newest["last"])}
    lone["name"] = plain(catalog.systems[str(newest["system"])].name)
    if both.empty:
        return _(
            "No figures of both counted the same way yet; [figures of {name} alone]({link}) reach {month}.", **lone
        )
    source, definition = both.sort_values("last").index[-1]
    reached = both.loc[(source, definition), "last"]
    told = {"link": _way(metric, source, definition), "month": _reached(reached)}
    if newest["last"] <= reached:
        return _("No series of both yet; [single figures of both]({link}) reach {month}.", **told)
    return _(
        "No series of both yet; [single figures of both]({link}) reach {month}, those of [{name} alone]({own}) "
        "{later}.",
        name=lone["name"],
        own=lone["link"],
        later=lone["month"],
        **told,
    )


def _way(metric: str, source: object, definition: object) -> str:
    """Where the figures of a signal that were counted in one way are drawn."""
    return linked.page("adoption", metric=metric, system=list(PAIR), source=str(source), definition=str(definition))


def _reached(end: object) -> str:
    """The month of the last day before an end."""
    return fmt.month(day_of(end) - timedelta(days=1))


def _notes(signals: Sequence[Signal]) -> Notes:
    notes: Notes = {}
    for one in signals:
        for cut in one.cuts:
            if cut.when in one.change.breaks:
                said = colon(clauses((one.title, fmt.day(cut.when))), _(cut.what))
                notes.setdefault((one.source or "", cut.when), (len(notes) + 1, said))
    return notes


def _foot(signals: Sequence[Signal], catalog: Catalog, notes: Notes) -> None:
    explained = [f"{fmt.circled(number)} {plain(says)}" for number, says in notes.values()]
    if explained:
        st.caption(sentences([*explained, _("No growth is computed across a break.")]))
    sources = list(dict.fromkeys(one.source for one in signals if one.source))
    if sources:
        owed = attribution.line(attribution.credit(catalog, name) for name in sources)
        st.caption(_("Figures: {sources}.", sources=owed))
