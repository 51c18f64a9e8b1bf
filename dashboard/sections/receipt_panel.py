"""What lies behind a point of a chart: the figures that made it, their receipts, what was in force, what is beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from catalog.models import Metric
from dashboard import data, evidence
from dashboard import format as fmt
from dashboard.analysis.parts import Overlap, Part, made_of
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import Signal, signal_parts
from dashboard.evidence import Behind
from dashboard.sections import data_words, points, standing
from dashboard.text import plain
from db.read import ReceiptRow
from language.lists import clauses, sentences
from language.words import N_, _, _n, filled

LISTED = 40
STATUSES = {
    "ok": N_("ok"),
    "partial": N_("period not over"),
    "lower_bound": N_("at least"),
    "unavailable": N_("unavailable"),
}
ROLLED = {
    "sum": N_("The figure of the period is the sum of its days, listed here."),
    "mean": N_("The figure of the period is the mean of its days, listed here."),
    "last": N_("The figure of the period is that of its newest day."),
}


@dataclass(frozen=True)
class Asked:
    """The point that is open: its metric and period, the systems shown, and the sources it can have come from.

    ``parts`` are the series it was drawn from, ``drawn`` says in words what the chart shows there and how that is made
    of the figures listed, ``shared`` which other periods share days with it.
    """

    metric: Metric
    systems: tuple[str, ...]
    sources: tuple[str, ...]
    start: date
    end: date
    parts: tuple[Part, ...]
    drawn: str
    shared: tuple[Overlap, ...] = ()

    @property
    def words(self) -> str:
        """The period in words."""
        return _period(self.start, self.end)


def panel(asked: Asked, catalog: Catalog) -> None:
    """Draw what lies behind a point."""
    found = _stored(asked)
    rules = {slug: metric.roll_up for slug, metric in catalog.metrics.items()}
    inside = made_of([one.row for one in found], asked.parts, asked.start, asked.end, rules)
    made = [one for number, one in enumerate(found) if number in inside]
    beside = [one for number, one in enumerate(found) if number not in inside and one.row.metric == asked.metric.slug]
    with points.panel(clauses([_(asked.metric.title), asked.words])):
        if not found:
            st.markdown(_("Nothing is stored of this period and these systems any more."))
            return
        st.caption(plain(sentences([asked.drawn, *_rolled(made, asked)])))
        if not made:
            st.markdown(_("None of the figures stored of this period makes a point: they are held back, or no value."))
        else:
            _table(made, asked, catalog, "receipt-figures", _("The stored figures that make this point"))
            listed([one.receipt for one in made])
        standing.draw(asked.metric, asked.parts, asked.start, asked.end, catalog)
        _overlaps(asked)
        if beside:
            _beside(beside, made, asked, catalog)


def share(one: Signal, source: str, catalog: Catalog, name: str) -> None:
    """Draw what a point of a share of both systems is made of; ``name`` is the point's, as `point_name` names it."""
    start, end = (date.fromisoformat(day) for day in name.split("~")[1:])
    parts, shared, value = signal_parts(one, data.observed(one.metric.slug, PAIR), data.today(), start, end)
    drawn = [
        _("Drawn: {system} {share}.", system=catalog.systems[PAIR[0]].name, share=fmt.percent(value)),
        _("The share is the first system's figure over the sum of both."),
    ]
    panel(Asked(one.metric, PAIR, (source,), start, end, parts, sentences(drawn), shared), catalog)


def one(title: str, says: str, receipt: int | None) -> None:
    """Draw what lies behind a point that was read from one response; ``says`` is Markdown."""
    with points.panel(title):
        st.markdown(says)
        found = data.receipt(receipt) if receipt is not None else None
        if found is None:
            st.markdown(_("It was not read from a kept response: it has no receipt."))
        else:
            listed([found])


def _stored(asked: Asked) -> list[Behind]:
    """All that is stored of the period: of the systems shown, and of a whole that their figures are a part of."""
    systems = dict.fromkeys([*asked.systems, *(part.system for part in asked.parts)])
    metrics = dict.fromkeys([asked.metric.slug, *(part.metric for part in asked.parts)])
    return [
        one
        for metric in metrics
        for one in evidence.behind(metric, tuple(systems), asked.sources, asked.start, asked.end)
    ]


def _rolled(made: Sequence[Behind], asked: Asked) -> list[str]:
    return [_(ROLLED[asked.metric.roll_up])] if any(one.row.granularity == "day" for one in made) else []


def _table(shown: Sequence[Behind], asked: Asked, catalog: Catalog, key: str, alt: str) -> None:
    several = len({part.metric for part in asked.parts}) > 1
    st.dataframe(
        pd.DataFrame([_figure(one, catalog, several) for one in shown[:LISTED]]),
        hide_index=True,
        placeholder="—",
        column_config={_("value"): st.column_config.NumberColumn(format="localized")},
        alt=alt,
        key=key,
    )
    if len(shown) > LISTED:
        said = _("The first {shown} of {all} stored figures; the JSON has the receipts of all.")
        st.caption(filled(said, shown=LISTED, all=fmt.whole(len(shown))))


def _figure(one: Behind, catalog: Catalog, several: bool) -> dict[str, object]:
    row = one.row
    name = catalog.systems[row.system].name if row.system in catalog.systems else row.system
    return {
        _("system"): name,
        **({_("metric"): _(catalog.metrics[row.metric].title)} if several else {}),
        _("from"): row.period_start,
        _("to"): row.period_end - timedelta(days=1),
        _("value"): row.value,
        _("unit"): _(row.unit),
        _("status"): _(STATUSES.get(row.status, row.status))
        if row.doubt is None
        else _("held back: {why}", why=row.doubt),
        _("definition"): data_words.definition(row.definition),
        _("source"): data_words.source(catalog, row.source),
        _("written here"): fmt.moment(row.collected_at),
        _("receipt"): row.receipt,
    }


def listed(found: Iterable[ReceiptRow | None]) -> None:
    """Each receipt once: what was asked, when, with which answer; and how many figures have none."""
    every = list(found)
    kept = {one.receipt: one for one in every if one is not None}
    for number, one in sorted(kept.items())[-LISTED:]:
        body = _("body kept") if one.pruned_at is None else _("body given up on {day}", day=fmt.moment(one.pruned_at))
        said = _("fetched {moment} · status {status} · {bytes} bytes, {body}")
        told = filled(said, moment=fmt.moment(one.fetched_at), status=one.status, bytes=fmt.whole(one.size), body=body)
        st.markdown(
            _("Receipt {number}: {request}", number=number, request=f"{_method(one)} {plain(one.url)}")
            + f"  \n:small[:gray[{told} · sha256 {plain(one.sha256)}]]"  # untranslated: a name
        )
    without = sum(one is None for one in every)
    if without:
        st.markdown(_("{n} of these were not read from a kept response: they have no receipt.", n=without))


def _method(one: ReceiptRow) -> str:
    return _("bundled") if one.method == "bundled" else plain(one.method)


def _beside(beside: Sequence[Behind], made: Sequence[Behind], asked: Asked, catalog: Catalog) -> None:
    """What is stored of the period too: other ways of counting, other periods, days before the newest, what is held."""
    many = len(beside)
    with st.expander(
        _n("Stored of this period too, not in the point: {n} figure", "Stored of this period too, not in the point: "
           "{n} figures", many, n=fmt.whole(many)),
    ):  # fmt: skip
        st.caption(
            _(
                "Counted in another way, by another source, over another period or on an earlier day of it, or held "
                "back: no part of what is drawn."
            )
        )
        _table(beside, asked, catalog, "receipt-beside", _("Figures of this period that are not in the point"))
        known = {one.row.receipt for one in made}
        listed([one.receipt for one in beside if one.row.receipt not in known])


def _overlaps(asked: Asked) -> None:
    days = (asked.end - asked.start).days
    for one in asked.shared:
        said = _(
            "{n} of its {days} days are counted in {period} too: the source counted over again before this period was "
            "over, so a step from the one to the other is no change from one period to the next.",
            n=one.days,
            days=days,
            period=_period(one.start, one.end),
        )
        st.caption(said)


def _period(start: date, end: date) -> str:
    last = end - timedelta(days=1)
    return fmt.day(last) if start == last else f"{fmt.day(start)} – {fmt.day(last)}"
