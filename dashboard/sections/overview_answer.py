"""The overview's answer: who leads, what is faster, which claims fell and how old it all is, each with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from catalog.load import Catalog
from dashboard import claimed
from dashboard import format as fmt
from dashboard.analysis.finding import Part, Standing, answer_parts, old_answer, speed_answer, woven
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import Signal
from dashboard.analysis.speed import Ratio, machines, verdicts
from dashboard.sections import linked, stale
from dashboard.sections.frame import empty
from dashboard.sections.overview_claims import fallen_of
from dashboard.text import plain
from language.lists import sentences
from language.words import _, _n, _p


def head(
    signals: Sequence[Signal],
    compared: Sequence[Ratio],
    claims: Sequence[dict[str, Any]],
    catalog: Catalog,
    today: date,
) -> None:
    """Draw the sentence, the line on claims and age under it, and in an empty store what fills it."""
    names = {slug: system.name for slug, system in catalog.systems.items()}
    standings = [Standing(one.title, one.lead, linked.page("adoption", **linked.same_figure(one))) for one in signals]
    said = answer_parts(standings, names, PAIR, today)
    faster = speed_answer(verdicts(compared), names, PAIR, machines(compared))
    said += linked.after_aside(faster, linked.every_workload())
    st.title(linked.sentence(said), anchor=False)
    lines = [linked.sentence(line) for line in (_claims(claims), _ages(signals, today)) if line]
    if lines:
        st.markdown(sentences(line.strip() for line in lines))
    known = [one for one in signals if one.lead is not None]
    if not known:
        st.caption(_("As of {day}. Nothing below is an estimate: what is not known stays empty.", day=fmt.day(today)))
        _first_steps()
        return
    drawn = _("As of {day} · share of PyTorch in PyTorch + TensorFlow · the dotted rule is 50 %.", day=fmt.day(today))
    st.caption(sentences((drawn, plain(old_answer(standings, names, today)))))


def _claims(found: Sequence[dict[str, Any]]) -> list[Part]:
    fallen = len(fallen_of(found))
    if not fallen:
        return []
    many = _n("{n} claim", "{n} claims", len(found), n=fmt.words(len(found)))
    told = Part(_p("claims", "{part} of {many}", part=fallen, many=many), linked.page("claims", verdict=claimed.FALLEN))
    return woven(_("Of published comparisons, {claims} no longer hold or never held."), claims=told)


def _ages(signals: Sequence[Signal], today: date) -> list[Part]:
    known = [one for one in signals if one.lead is not None]
    if not known:
        return []
    old = len(stale.of(signals, today))
    newest = max(one.lead.newest for one in known if one.lead)
    month = Part(fmt.month(newest))
    if not old:
        return woven(_("The newest figure is of {month}; none is over four months old."), month=month)
    many = _n("{n} signal", "{n} signals", len(known), n=fmt.words(len(known)))
    every = old == len(known)
    counted = _("all {many}", many=many) if every else _p("signals", "{part} of {many}", part=fmt.words(old), many=many)
    said = _("The newest figure is of {month}; on {signals} it is over four months old.")
    return woven(said, month=month, signals=Part(counted, "#stale"))


def _first_steps() -> None:
    empty(
        _("No figures are collected yet"),
        _(
            "The first command loads the bundled history, the second asks every source that is due, without a key "
            "where none is needed. Reload this page to see what they wrote."
        ),
        "framescope init\nframescope collect --due",
    )
