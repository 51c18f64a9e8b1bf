"""What lies behind one point of a chart: the stored figures of its period, their receipts, and what was in force."""

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
from dashboard.analysis.cuts import Cut, in_force
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import Signal
from dashboard.evidence import Behind
from dashboard.sections import points
from dashboard.text import plain
from db.read import ReceiptRow
from language.words import _

LISTED = 40


@dataclass(frozen=True)
class Asked:
    """The point that is open: its metric and period, the systems shown, and the sources it can have come from."""

    metric: Metric
    systems: tuple[str, ...]
    sources: tuple[str, ...]
    start: date
    end: date

    @property
    def words(self) -> str:
        """The period in words."""
        last = self.end - timedelta(days=1)
        return fmt.day(last) if self.start == last else f"{fmt.day(self.start)} – {fmt.day(last)}"


def panel(asked: Asked, catalog: Catalog, cuts: Sequence[Cut], derived: str) -> None:
    """Draw what lies behind a point; ``derived`` says how the drawn value is made of the figures listed."""
    found = evidence.behind(asked.metric.slug, asked.systems, asked.sources, asked.start, asked.end)
    with points.panel(f"{_(asked.metric.title)}, {asked.words}"):
        if not found:
            st.markdown(_("Nothing is stored of this period and these systems any more."))
            return
        if derived:
            st.caption(plain(derived))
        st.dataframe(
            pd.DataFrame([_figure(one, catalog) for one in found[:LISTED]]), hide_index=True, placeholder="—",
            alt=_("The stored figures of this period with the number of their receipt"), key="receipt-figures",
        )  # fmt: skip
        if len(found) > LISTED:
            said = _("The first {shown} of {all} stored figures; the JSON has the receipts of all.")
            st.caption(said.format(shown=LISTED, all=len(found)))
        listed([one.receipt for one in found])
        _in_force(asked, found, cuts)


def share(one: Signal, source: str, catalog: Catalog, name: str) -> None:
    """Draw what a point of a share of both systems is made of; ``name`` is the point's, as `point_name` names it."""
    start, end = (date.fromisoformat(day) for day in name.split("~")[1:])
    asked = Asked(one.metric, PAIR, (source,), start, end)
    panel(asked, catalog, one.cuts, _("The share is the first system's figure over the sum of both."))


def one(title: str, says: str, receipt: int | None) -> None:
    """Draw what lies behind a point that was read from one response; ``says`` is Markdown."""
    with points.panel(title):
        st.markdown(says)
        found = data.receipt(receipt) if receipt is not None else None
        if found is None:
            st.markdown(_("It was not read from a kept response: it has no receipt."))
        else:
            listed([found])


def _figure(one: Behind, catalog: Catalog) -> dict[str, object]:
    row = one.row
    name = catalog.systems[row.system].name if row.system in catalog.systems else row.system
    return {
        _("system"): name,
        _("from"): row.period_start,
        _("to"): row.period_end - timedelta(days=1),
        _("value"): row.value,
        _("unit"): _(row.unit),
        _("status"): row.status if row.doubt is None else _("held back: {why}", why=row.doubt),
        _("definition"): row.definition,
        _("source"): row.source,
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
        told = said.format(moment=fmt.moment(one.fetched_at), status=one.status, bytes=fmt.whole(one.size), body=body)
        st.markdown(
            _("Receipt {number}: {request}", number=number, request=f"{plain(one.method)} {plain(one.url)}")
            + f"  \n:small[:gray[{told} · sha256 {plain(one.sha256)}]]"  # untranslated: a name
        )
    without = sum(one is None for one in every)
    if without:
        st.markdown(_("{n} of these were not read from a kept response: they have no receipt.", n=without))


def _in_force(asked: Asked, found: Sequence[Behind], cuts: Sequence[Cut]) -> None:
    """What the figures meant on that day: the definition, the metric's meaning, the breaks that last into it."""
    ways = sorted({one.row.definition for one in found if one.row.definition})
    counted = " " + _("Counted: {ways}.", ways=plain("; ".join(ways))) if ways else ""
    st.markdown(_("**In force.** {says}", says=plain(_(asked.metric.means))) + counted)
    before = in_force(cuts, asked.start, asked.end)
    for cut in before:
        told = {"day": fmt.day(cut.when), "what": plain(_(cut.what)), "url": cut.url}
        if cut.when >= asked.start:
            st.caption(_("Since {day} (in this period): {what} [Evidence]({url})", **told))
        else:
            st.caption(_("Since {day}: {what} [Evidence]({url})", **told))
    if not before:
        st.caption(_("No break of this source is known that reaches into this period."))
