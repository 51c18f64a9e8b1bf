"""The figures of one claim: the share over time of each metric that its verdict rests on, with the year it was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from catalog.load import Catalog
from dashboard import data, evidence
from dashboard import format as fmt
from dashboard.analysis.crossings import crossing
from dashboard.analysis.cuts import Cut, numbered, severing
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import Signal, signal
from dashboard.analysis.tidy import each_row
from dashboard.charts.lines import point_name
from dashboard.charts.look import note
from dashboard.charts.signal_lines import Line
from dashboard.charts.signals import FIRST_YEAR, signals_chart
from dashboard.colours import PALETTES
from dashboard.sections import attribution, break_words, figure, receipt_panel
from dashboard.sections.figure_files import Rows
from dashboard.sections.frame import old_words, theme
from dashboard.text import plain
from language.words import N_, _

BOTH = "+".join(PAIR)
LEADS = N_("{signal}: {leader} leads; PyTorch has {now} of both in {month}.")
LEVEL = N_("{signal}: the two are level; PyTorch has {now} of both in {month}.")
LED = N_("{signal}: {leader} leads; PyTorch has {now} of both in {month}, {then} at the end of {year}.")
WAS_LEVEL = N_("{signal}: the two are level; PyTorch has {now} of both in {month}, {then} at the end of {year}.")
COLUMNS = ("metric", "system", "period_start", "period_end", "share_percent", "source", "receipts")


def draw(found: dict[str, Any], catalog: Catalog) -> None:
    """Draw a figure for each metric that the verdict rests on, where both systems have figures of it."""
    refs = [one["ref"].split("/") for one in found["evidence"] if one["kind"] == "series"]
    for slug in dict.fromkeys(parts[0] for parts in refs if len(parts) > 1 and parts[1] == BOTH):
        one = signal(catalog.metrics[slug], data.observed(slug, PAIR), catalog.breaks, data.today())
        if one.lead is not None and one.source is not None:
            figure.draw(share(one, one.source, int(found["year"]), catalog, found["says"]))


def share(one: Signal, source: str, year: int, catalog: Catalog, says: str = "") -> figure.Figure:
    """All that is drawn of a signal, PyTorch's share in both, from ``source``: what a claim ``says`` since ``year``."""
    rows = list(each_row(one.shares.iloc[::-1]))
    owed, newest = attribution.credit(catalog, source), rows[0].last.date()
    collected = attribution.fetched(_stored(one, source), data.series(), one.metric.slug, source)
    told = [(row.start.date(), row.last.date(), float(row.share) * 100) for row in rows]
    return figure.Figure(
        key=f"claim-{one.metric.slug.replace('_', '-')}",
        title=finding(one, year, catalog),
        subtitle=_(
            "Share of PyTorch in PyTorch + TensorFlow, percent · {metric}, {unit} · last data {month}",
            metric=plain(_(one.metric.title)),
            unit=plain(_(one.metric.unit)),
            month=fmt.month(newest),
        ),
        picture=_picture(one, year, catalog),
        table=pd.DataFrame(told, columns=[_("From"), _("To"), _("share of PyTorch, %")]),
        rows=partial(_rows, one, source),
        credits=[owed],
        collected=attribution.when(owed, collected),
        old=old_words(newest, data.today()),
        breaks=break_words.meanings(_cuts(one)),
        notes=_notes(one, year),
        opens=_("A click on a point opens its receipts."),
        about={
            "metric": one.metric.slug,
            "share_of": list(PAIR),
            "means": _(one.metric.means),
            "does_not_mean": _(one.metric.not_means),
        },
        points=[point_name(one.metric.slug, row) for row in rows],
        receipt=partial(receipt_panel.share, one, source, catalog),
        of=_("“{words}”", words=says) + f" ({year})" if says else "",
    )


def finding(one: Signal, year: int, catalog: Catalog) -> str:
    """Who leads now, with which share, and what that share was at the end of the year of the claim."""
    now = float(one.shares["share"].iloc[-1])
    leader = one.lead.leader if one.lead else None
    told = {"signal": one.title, "now": fmt.percent(now), "year": year}
    told["month"] = fmt.month(one.shares["last"].iloc[-1].date())
    if leader:
        told |= {"leader": catalog.systems[leader].name}
    then = one.shares[one.shares["last"] < pd.Timestamp(year + 1, 1, 1)]
    if then.empty:
        return _(LEADS if leader else LEVEL, **told)
    return _(LED if leader else WAS_LEVEL, **told, then=fmt.percent(float(then["share"].iloc[-1])))


def _picture(one: Signal, year: int, catalog: Catalog) -> go.Figure:
    names = {slug: catalog.systems[slug].name for slug in PAIR}
    cuts = severing(one.cuts)
    line = Line(names[PAIR[0]], one.metric.slug, one.shares, cuts, crossing(one.shares, PAIR, cuts), "", PAIR[0])
    line = replace(line, cuts=_cuts(one))
    made, look = signals_chart([line], names, PAIR[0], data.today(), theme()), theme()
    said = date(year, 12, 31)
    if said <= data.today():
        made.add_vline(x=said, line={"color": PALETTES[look].rule, "width": 1, "dash": "dot"}, layer="below")
        where = {
            "x": said,
            "xref": "x",
            "y": 0.99,
            "yref": "paper",
            "xanchor": "left",
            "yanchor": "top",
            "xshift": 4,
            "bgcolor": PALETTES[look].background,
        }
        made.add_annotation(**note(_("said {year}", year=year), look, size=11, **where))
    return made


def _cuts(one: Signal) -> list[Cut]:
    """The breaks that the axis has, numbered."""
    begin, today = date(FIRST_YEAR, 1, 1), data.today()
    return numbered(one.cuts, lambda day: begin <= day <= today)


def _notes(one: Signal, year: int) -> list[str]:
    breaks = [
        f"{fmt.circled(cut.index)} "
        + _("{day}: {what}. [More]({url})", day=fmt.day(cut.when), what=plain(_first(_(cut.what))), url=cut.url)
        for cut in _cuts(one)
    ]
    told = _(
        "The claim was made in {year}. The bar below goes from the first to the last day on which the lead can have "
        "changed hands, grey where a break lies in it.",
        year=year,
    )
    return [told, *(["  \n".join(breaks)] if breaks else [])]


def _first(what: str) -> str:
    """The first sentence of what a break is, without its full stop."""
    return break_words.short(what).rstrip(".。")


def _stored(one: Signal, source: str) -> pd.DataFrame:
    """The figures of both systems that the share is made of."""
    found = data.observed(one.metric.slug, PAIR)
    return found[(found["source"] == source) & found["start"].isin(one.shares["start"])]


def _rows(one: Signal, source: str) -> Rows:
    """The shares that are drawn, in percent, the table's figures; the receipts are those of both systems' figures."""
    numbers, listed = evidence.receipts_of_shares(one.metric.slug, source, one.shares)
    values = [
        (one.metric.slug, PAIR[0], str(row.start.date()), str(row.end.date()), row.share * 100, source, own)
        for row, own in zip(each_row(one.shares), numbers, strict=True)
    ]
    return Rows(COLUMNS, values, listed)
